"""Who sets the clocks of the CPUs and within which limits: driver, governor, bounds, turbo.

Reads files of /sys/devices/system/cpu, which are absent where the clock is not the kernel's to
set, as on most virtual machines: cpu0/cpufreq/scaling_governor holds "performance",
cpu0/cpufreq/scaling_max_freq kHz, intel_pstate/no_turbo and cpufreq/boost 0 or 1, intel_pstate/max_perf_pct a share
of the highest clock in per cent, cpu0/power/energy_perf_bias (Intel) 0 for speed to 15 for power.

The clocks themselves are read twice, by `sys.cpufreq.current`; at which ones the CPUs ran is read by
`sys.cpufreq.stats`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.CPU,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/pm/cpufreq.html",
    next="cpupower frequency-info",
)
_each = partial(_fact, labels=("cpu",))

# fmt: off
_EACH_CPU: Final = (
    _each(
        name="cpufreq.scaling_driver", title="Frequency driver",
        help="What sets the CPU's clock: intel_pstate and amd-pstate leave the choice to the hardware, acpi-cpufreq "
        "goes by the kernel's governor.",
    ),
    _each(
        name="cpufreq.scaling_governor", title="Frequency governor",
        help="The policy by which the clock follows the load. Performance keeps it high; powersave and ondemand make "
        "short bursts run slower, which shows as latency.",
    ),
    _each(
        name="cpufreq.energy_performance_preference", title="Energy or performance",
        help="The hint by which the hardware weighs power against speed: performance, balance_performance, power.",
    ),
    _each(
        name="cpufreq.energy_perf_bias", title="Energy or performance, older hint", next="x86_energy_perf_policy",
        doc="https://www.kernel.org/doc/html/v6.12/admin-guide/pm/intel_epb.html",
        help="The hint by which older Intel processors weigh power against speed, from 0 (speed) to 15 (power).",
    ),
    _each(
        name="cpufreq.scaling_min_freq", title="Lowest clock allowed",
        help="The lowest clock that may be set, in Hz.",
    ),
    _each(
        name="cpufreq.scaling_max_freq", title="Highest clock allowed",
        help="The highest clock that may be set, in Hz. A lower one caps every program.",
    ),
    _each(
        name="cpufreq.cpuinfo_min_freq", title="Lowest clock possible",
        help="The lowest clock that the CPU has, in Hz.",
    ),
    _each(
        name="cpufreq.cpuinfo_max_freq", title="Highest clock possible",
        help="The highest clock that the CPU has, in Hz; with turbo switched off it is the base clock.",
    ),
)
_WHOLE: Final = (
    _fact(
        name="cpufreq.boost", title="Boost",
        help="Whether CPUs may run above their base clock (1). Off, everything single-threaded is slower.",
    ),
    _fact(
        name="cpufreq.no_turbo", title="Turbo forbidden",
        help="1 where intel_pstate keeps CPUs from running above their base clock.",
    ),
    _fact(
        name="cpufreq.status", title="Mode of the P-state driver",
        help="Active: the hardware's own choice with hints; passive: the kernel's governor decides; off.",
    ),
    _fact(
        name="cpufreq.max_perf_pct", title="Highest clock that intel_pstate allows",
        help="Per cent of the highest clock, turbo included, that CPUs may be set to. Less than 100 caps all programs.",
    ),
    _fact(
        name="cpufreq.min_perf_pct", title="Lowest clock that intel_pstate allows",
        help="Per cent of the highest clock that CPUs are set to at least.",
    ),
    _fact(
        name="cpufreq.hwp_dynamic_boost", title="Boost after waits for disks",
        help="1 where intel_pstate raises the lowest clock for a while when a task wakes from waiting for a disk.",
    ),
    _fact(
        name="cpufreq.prefcore", title="Preferred cores",
        help="Whether amd-pstate tells the scheduler which cores reach the highest clocks: enabled or disabled.",
    ),
)
# fmt: on

_FOR_EACH: Final = {metric.name.removeprefix("cpufreq."): metric for metric in _EACH_CPU}
_FOR_ALL: Final = {
    "cpufreq/boost": _WHOLE[0],
    "intel_pstate/no_turbo": _WHOLE[1],
    "intel_pstate/status": _WHOLE[2],
    "amd_pstate/status": _WHOLE[2],
    "intel_pstate/max_perf_pct": _WHOLE[3],
    "intel_pstate/min_perf_pct": _WHOLE[4],
    "intel_pstate/hwp_dynamic_boost": _WHOLE[5],
    "amd_pstate/prefcore": _WHOLE[6],
}
_BIAS: Final = "energy_perf_bias"
_KEY: Final = re.compile(r"(cpu[0-9]+)/(?:cpufreq|power)/([a-z_]+)")
_WHOLE_NUMBER: Final = re.compile("[0-9]{1,20}")
_HERTZ_IN_A_KILOHERTZ: Final = 1000


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the setting that one file holds, clocks in hertz, or nothing for a file not known.

    Raises:
        ValueError: A clock that is no number of kHz, or an empty file.

    >>> parse("2400000\n", Origin(key="cpu3/cpufreq/scaling_max_freq"))
    [Reading(metric='cpufreq.scaling_max_freq', value='2400000000', instance='cpu3')]
    """
    match = _KEY.fullmatch(origin.key)
    metric = _FOR_EACH.get(match[2]) if match else _FOR_ALL.get(origin.key)
    if metric is None:
        return []
    value = text.strip()
    clock = metric.name.endswith("_freq")
    if not value or (clock and not _WHOLE_NUMBER.fullmatch(value)):
        raise ValueError(
            f"/sys/devices/system/cpu/{origin.key} should be {'a number of kHz' if clock else 'a word'}, "
            f"and is {text[:60]!r}."
        )
    return [
        Reading(metric.name, str(int(value) * _HERTZ_IN_A_KILOHERTZ) if clock else value, match[1] if match else "")
    ]


COLLECTOR: Final = Collector(
    name="sys.cpufreq",
    read=Files(
        patterns=(
            *(f"sys/devices/system/cpu/cpu*/cpufreq/{field}" for field in _FOR_EACH if field != _BIAS),
            f"sys/devices/system/cpu/cpu*/power/{_BIAS}",
            *sorted({f"sys/devices/system/cpu/*/{key.rpartition('/')[2]}" for key in _FOR_ALL}),
        ),
        cadence=Cadence.ONCE,
    ),
    metrics=(*_EACH_CPU, *_WHOLE),
    parse=parse,
    adds="governor, limits and turbo of the CPUs",
    needs="CONFIG_CPU_FREQ, and a machine whose clock the kernel may set",
)
