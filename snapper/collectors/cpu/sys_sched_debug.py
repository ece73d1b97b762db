"""How the scheduler is tuned: its time slices and features, which are no sysctl any more.

Reads files of /sys/kernel/debug/sched (since Linux 5.13; before that they were sysctls kernel.sched_*): features holds
the names of all features, those that are off with NO_ before them; preempt the choices with the chosen one in
brackets, "none (voluntary) full"; the others a number each.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_SETTING: Final = Metric(
    name="sched.setting",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.SCHEDULER,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Scheduler's setting",
    help="A setting of the scheduler. Longer slices let programs work on undisturbed and others wait longer; preempt "
    "says where a task in the kernel may be made to give way.",
    doc="https://elixir.bootlin.com/linux/v6.12/source/kernel/sched/debug.c",
    labels=("setting",),
    next="grep . /sys/kernel/debug/sched/*_ns /sys/kernel/debug/sched/preempt",
)

_FILES: Final = (
    "features", "preempt", "tunable_scaling", "migration_cost_ns", "nr_migrate", "base_slice_ns", "latency_ns",
    "min_granularity_ns", "wakeup_granularity_ns", "idle_min_granularity_ns",
)  # fmt: skip
"""latency_ns to idle_min_granularity_ns are those of the scheduler before Linux 6.6."""
_NUMA: Final = ("scan_delay_ms", "scan_period_min_ms", "scan_period_max_ms", "scan_size_mb", "hot_threshold_ms")
_CHOSEN: Final = re.compile(r"\(([a-z]+)\)")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give what one file holds, its blanks made single; nothing for an empty one.

    Raises:
        ValueError: More than one line, or no choice in brackets in preempt.

    >>> parse("none (voluntary) full \n", Origin(key="sched/preempt"))
    [Reading(metric='sched.setting', value='voluntary', instance='preempt')]
    """
    name = origin.key.removeprefix("sched/")
    if len(text.strip().splitlines()) > 1:
        raise ValueError(f"/sys/kernel/debug/sched/{name} should be one line, and is {text[:60]!r}.")
    value = " ".join(sorted(text.split()) if name == "features" else text.split())
    if name == "preempt" and value:
        chosen = _CHOSEN.search(value)
        if not chosen:
            raise ValueError(f"/sys/kernel/debug/sched/preempt should have a choice in brackets, and is {text[:60]!r}.")
        value = chosen[1]
    return [Reading(_SETTING.name, value, name)] if value else []


COLLECTOR: Final = Collector(
    name="sys.kernel.debug.sched",
    read=Files(
        patterns=(
            *(f"sys/kernel/debug/sche[d]/{file}" for file in _FILES),
            *(f"sys/kernel/debug/sche[d]/numa_balancing/{file}" for file in _NUMA),
        ),
        cadence=Cadence.ONCE,
    ),
    metrics=(_SETTING,),
    parse=parse,
    adds="time slices and features of the scheduler",
    needs="Linux >= 5.13 with CONFIG_SCHED_DEBUG, debugfs mounted at /sys/kernel/debug, root",
)
