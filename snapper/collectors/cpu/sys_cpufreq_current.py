"""The clock of every CPU, before the first tick and after the last.

Reads /sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq, in kHz: what the driver last asked
for or, with a P-state driver, what the CPU ran at of late. Reading it wakes an idle CPU, so it is
read at the edges of the window only.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

CLOCK: Final = Metric(
    name="cpufreq.scaling_cur_freq",
    unit="hertz",
    kind=Kind.GAUGE,
    resource=Resource.CPU,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    title="CPU clock",
    help="Clock of a CPU at the edges of the window. It follows the load, so an idle CPU shows a low one; low on a "
    "busy CPU means a limit: governor, power or heat.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/pm/cpufreq.html",
    labels=("cpu",),
    next="turbostat --interval 5",
    moved_by=("cpufreq.*",),
)

_HERTZ_IN_A_KILOHERTZ: Final = 1000


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give one CPU's clock in hertz, or nothing where the driver does not know it.

    Raises:
        ValueError: Not a whole number, of kHz.

    >>> parse("2208000\n", Origin(key="cpu6/cpufreq/scaling_cur_freq"))
    [Reading(metric='cpufreq.scaling_cur_freq', value=2208000000, instance='cpu6')]
    """
    value = text.strip()
    if value == "<unknown>":
        return []
    clock = whole(text, f"/sys/devices/system/cpu/{origin.key}") * _HERTZ_IN_A_KILOHERTZ
    return [Reading(CLOCK.name, clock, origin.key.partition("/")[0])]


COLLECTOR: Final = Collector(
    name="sys.cpufreq.current",
    read=Files(patterns=("sys/devices/system/cpu/cpu*/cpufreq/scaling_cur_freq",), cadence=Cadence.EDGES),
    metrics=(CLOCK,),
    parse=parse,
    adds="the clock of every CPU",
    needs="CONFIG_CPU_FREQ, and a machine whose clock the kernel may set",
)
