"""The clock of what the cores of an Intel processor share (mesh, last-level cache, memory controller), and its limits.

Reads files of /sys/devices/system/cpu/intel_uncore_frequency (since Linux 5.6; current_freq_khz since 5.18), a folder
for each die (`package_00_die_00`) or, since 6.5, each domain (`uncore00`); all are in kHz.

Lowered, the uncore clock makes every access to memory slower, with no sign of it in the clock of the cores.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_HERTZ_IN_A_KILOHERTZ: Final = 1000

_uncore = partial(
    Metric, resource=Resource.CPU, labels=("die",), worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/pm/intel_uncore_frequency_scaling.html",
    next="grep . /sys/devices/system/cpu/intel_uncore_frequency/*/*_freq_khz",
)  # fmt: skip
_fact = partial(_uncore, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION)

# fmt: off
_METRICS: Final = {
    "max_freq_khz": _fact(
        name="uncore.max_freq", title="Highest uncore clock allowed",
        help="The highest clock that caches and memory controller may run at, in Hz. A lower one makes every access "
             "to memory slower."),
    "min_freq_khz": _fact(
        name="uncore.min_freq", title="Lowest uncore clock allowed",
        help="The lowest clock that caches and memory controller may run at, in Hz. A lower one makes the first "
             "accesses after a pause slower."),
    "current_freq_khz": _uncore(
        name="uncore.current_freq", unit="hertz", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Uncore clock", moved_by=("uncore.*",),
        help="Clock of caches and memory controller at the edges of the window. It follows the load."),
}
# fmt: on


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give what one file says in hertz, or nothing for a file not known.

    Raises:
        ValueError: Not a whole number, of kHz.

    >>> parse("2400000\n", Origin(key="package_00_die_00/max_freq_khz"))
    [Reading(metric='uncore.max_freq', value='2400000000', instance='package_00_die_00')]
    """
    die, _, file = origin.key.rpartition("/")
    metric = _METRICS.get(file)
    if metric is None:
        return []
    clock = whole(text, f"/sys/devices/system/cpu/intel_uncore_frequency/{origin.key}") * _HERTZ_IN_A_KILOHERTZ
    return [Reading(metric.name, str(clock) if metric.kind is Kind.FACT else clock, die)]


COLLECTOR: Final = Collector(
    name="sys.uncore_frequency",
    read=Files(
        patterns=tuple(f"sys/devices/system/cpu/intel_uncore_frequency/*/{file}" for file in _METRICS),
        cadence=Cadence.EDGES,
        max_files=500,
    ),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    adds="clock of caches and memory controller, and its limits",
    needs="an Intel server processor that is not virtual, CONFIG_INTEL_UNCORE_FREQ_CONTROL",
)
