"""How `perf stat` is run along with the window: for all CPUs, in intervals, as JSON where it can.

Events stand by themselves, not in groups `{a,b}`: where the processor lacks the first of a group, perf ends with an
error. `--interval-count` ends it even if nobody is left to stop it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from snapper.metric import Metric
from snapper.record.plan import Cadence, Command

NEEDS: Final = "perf (package linux-perf, perf or linux-tools-$(uname -r)), and root or kernel.perf_event_paranoid <= 0"

PROCESSORS: Final = ("sys/bus/event_source/devices/cpu*", "sys/bus/event_source/devices/armv*")
"""Something that matches is there where the processor has counters that the kernel may use: `cpu` on x86, POWER and
RISC-V, `cpu_core` beside `cpu_atom` where there are two kinds of cores, `cpum_cf` on s390, `armv8_pmuv3_0` on Arm."""


def counting(metrics: Iterable[Metric], *, where: tuple[str, ...] = ()) -> Command:
    """The run that counts the events which these metrics are named after: cycles for `perf.cycles`."""
    return counted((metric.name.removeprefix("perf.") for metric in metrics), where=where)


def counted(events: Iterable[str], *, where: tuple[str, ...] = ()) -> Command:
    """The run that counts these events, where one of the paths is there."""
    every = ("-I", "{interval}000", "--interval-count", "{count}", "-e", ",".join(events))
    return Command(
        argv=("perf", "stat", "-a", "-j", "--log-fd", "1", *every),
        version=("perf", "--version"),
        cadence=Cadence.WINDOW,
        alternatives=(("perf", "stat", "-a", "-x", ",", "--log-fd", "1", *every),),
        where=where,
    )
