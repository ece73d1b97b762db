"""At which clocks the CPUs ran, on the mean over the window, where the kernel's governor sets them.

Reads /sys/devices/system/cpu/cpufreq/policyN/stats (before Linux 4.3 cpuN/cpufreq/stats) in one go, see `joined_lines`.
`time_in_state` has a line for each clock, kHz and the time at it in ticks of 1/USER_HZ seconds; `total_trans` counts
changes. Drivers that leave the choice to the hardware (intel_pstate, amd-pstate in their active mode) have none.

    /sys/devices/system/cpu/cpufreq/policy0/stats/time_in_state:2001000 60803
    /sys/devices/system/cpu/cpufreq/policy0/stats/time_in_state:800000 205211
    /sys/devices/system/cpu/cpufreq/policy0/affected_cpus:0 1

It is the clock that was asked for, idle or busy; a CPU that sleeps counts at the clock that it was left at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/cpu-freq/cpufreq-stats.html"
_HERTZ_IN_A_KILOHERTZ: Final = 1000

_counter = partial(
    Metric, kind=Kind.COUNTER, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC,
    next="cpupower frequency-info",
)  # fmt: skip
_mean = partial(_counter, kind=Kind.GAUGE, moved_by=("cpufreq.*", "cmdline"))

# fmt: off
_TIME: Final = _counter(
    name="cpufreq.stats.time", unit="seconds", alias_of="cpufreq.stats.mean", title="CPUs with clock statistics",
    help="Time that the clock statistics cover, summed over the CPUs: what the other sums are shares of.",
)
_CYCLES: Final = _counter(
    name="cpufreq.stats.cycles", unit="count", alias_of="cpufreq.stats.mean", title="Clock ticks asked for",
    help="Time at each clock times that clock, summed over the CPUs: what the mean clock is made of.",
)
_TOP: Final = _counter(
    name="cpufreq.stats.top", unit="seconds", alias_of="cpufreq.stats.top_share", title="CPUs at their highest clock",
    help="Time at the highest clock that a CPU has, summed over the CPUs.",
)
_TOTAL_TRANS: Final = _counter(
    name="cpufreq.stats.total_trans", unit="events", title="Changes of clock",
    help="Times that the clock of a CPU, or of CPUs that share one, was changed.",
)
_MEAN: Final = _mean(
    name="cpufreq.stats.mean", unit="hertz", title="Mean CPU clock",
    help="Clock that the CPUs were set to, on the mean over all CPUs and the whole window. It follows the load; lower "
         "under the same load means another governor or a lower limit.",
)
_TOP_SHARE: Final = _mean(
    name="cpufreq.stats.top_share", unit="ratio", title="Time at the highest clock",
    help="Share of time for which the CPUs were set to their highest clock. It follows the load.",
)
# fmt: on

_FILE: Final = re.compile(
    r"/(policy[0-9]+|cpu[0-9]+)/(?:cpufreq/)?(?:stats/)?(time_in_state|total_trans|affected_cpus)"
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield sums over all clocks and CPUs; CPUs that share a clock count each.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or not a clock and a time.
    """
    clocks: dict[str, list[tuple[int, int]]] = {}
    cpus: dict[str, int] = {}
    changes: list[int] = []
    for match, line in lines_of(text, _FILE):
        policy, file = match.groups()
        if file == "affected_cpus":
            cpus[policy] = len(line.split())
        elif file == "total_trans":
            changes.append(whole(line, f"{policy}/stats/total_trans"))
        else:
            clock, _, time = line.strip().partition(" ")
            where = f"{policy}/stats/time_in_state"
            clocks.setdefault(policy, []).append((whole(clock, where), whole(time, where)))
    if not clocks:
        return
    if any(policy.startswith("policy") for policy in clocks):  # of which those of CPUs are links
        clocks = {policy: states for policy, states in clocks.items() if policy.startswith("policy")}
    weighted = [(cpus.get(policy) or 1, max(states), states) for policy, states in clocks.items()]
    times = [many * time for many, _, states in weighted for _, time in states]
    cycles = [many * clock * time for many, _, states in weighted for clock, time in states]
    tops = [many * time for many, (_, time), _ in weighted]
    yield Reading(_TIME.name, sum(times) / origin.clock_ticks)
    yield Reading(_CYCLES.name, sum(cycles) * _HERTZ_IN_A_KILOHERTZ / origin.clock_ticks)
    yield Reading(_TOP.name, sum(tops) / origin.clock_ticks)
    if changes:
        yield Reading(_TOTAL_TRANS.name, sum(changes))


def _ratio(part: Any, whole_time: Any) -> Any:
    """Mean over time, elementwise.

    >>> _ratio(2.4e9 * 8, 8.0)
    2400000000.0
    """
    return part / whole_time


COLLECTOR: Final = Collector(
    name="sys.cpufreq.stats",
    read=Files(
        patterns=tuple(
            f"sys/devices/system/cpu/{where}"
            for where in (
                "cpufreq/policy*/stats/time_in_state",
                "cpufreq/policy*/stats/total_trans",
                "cpufreq/policy*/affected_cpus",
                "cpu*/cpufreq/stats/time_in_state",
                "cpu*/cpufreq/stats/total_trans",
                "cpu*/cpufreq/affected_cpus",
            )
        ),
        cadence=Cadence.EDGES,
        joined=True,
    ),
    metrics=(_TIME, _CYCLES, _TOP, _TOTAL_TRANS),
    parse=parse,
    derived=(
        Derived(metric=_MEAN, inputs=(_CYCLES.name, _TIME.name), compute=_ratio),
        Derived(metric=_TOP_SHARE, inputs=(_TOP.name, _TIME.name), compute=_ratio),
    ),
    adds="the CPUs' mean clock over the window, where the kernel sets it",
    needs="CONFIG_CPU_FREQ_STAT and a frequency driver that the kernel's governor steers",
)
