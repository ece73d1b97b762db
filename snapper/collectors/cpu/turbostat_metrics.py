"""What the columns of `turbostat` mean; their names are the tool's, without its percent signs."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_MEGA: Final = 1_000_000
_HUNDREDTH: Final = 0.01

_cpu = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/tools/power/x86/turbostat/turbostat.8",
    next="turbostat --quiet --interval 5",
)  # fmt: skip
_clock = partial(_cpu, unit="hertz", moved_by=("cpufreq.*", "powercap.power_limit"))
_heat = partial(_cpu, unit="celsius", resource=Resource.HARDWARE, worse=Worse.MORE)
_power = partial(_cpu, unit="watts", resource=Resource.HARDWARE, worse=Worse.MORE, alias_of="powercap.energy")
_held = partial(
    _cpu, unit="ratio", resource=Resource.HARDWARE, role=Role.SATURATION, worse=Worse.MORE,
    moved_by=("powercap.power_limit",),
)  # fmt: skip

# fmt: off
BUSY: Final = _cpu(
    name="turbostat.Busy", unit="ratio", title="CPUs awake (turbostat)", alias_of="cpu.utilization",
    help="turbostat's Busy%: share of time that the CPUs executed instructions, by the processors' own count.",
)
COLUMNS: Final = {
    "Busy%": (BUSY, _HUNDREDTH),
    "%Busy": (BUSY, _HUNDREDTH),
    "Avg_MHz": (_clock(
        name="turbostat.Avg_MHz", title="Cycles executed (turbostat)",
        help="turbostat's Avg_MHz: cycles that a CPU executed a second, time asleep included."), _MEGA),
    "Bzy_MHz": (_clock(
        name="turbostat.Bzy_MHz", title="CPU clock while busy (turbostat)", worse=Worse.LESS,
        alias_of="perf.busy_frequency",
        help="turbostat's Bzy_MHz: the clock that CPUs ran at while they were awake. Less is worse: the same work "
             "takes longer; the cause is the governor, a power limit, heat or wide vector instructions."), _MEGA),
    "IPC": (_cpu(
        name="turbostat.IPC", unit="instructions/cycle", title="Instructions per cycle (turbostat)", worse=Worse.LESS,
        alias_of="perf.ipc",
        help="turbostat's IPC. Less for the same work is worse: CPUs wait for "
             "memory or mispredict branches."), 1),
    "UncMHz": (_clock(
        name="turbostat.UncMHz", title="Uncore clock (turbostat)", alias_of="uncore.current_freq",
        help="turbostat's UncMHz: clock of caches and memory controller, at the end of each interval."), _MEGA),
    "CoreTmp": (_heat(
        name="turbostat.CoreTmp", title="Hottest core (turbostat)", alias_of="hwmon.temp_input",
        help="turbostat's CoreTmp: temperature of the hottest core. Near its limit the core is slowed down."), 1),
    "PkgTmp": (_heat(
        name="turbostat.PkgTmp", title="Hottest processor (turbostat)", alias_of="hwmon.temp_input",
        help="turbostat's PkgTmp: temperature of the hottest processor. Near its limit it is slowed down."), 1),
    "PkgWatt": (_power(
        name="turbostat.PkgWatt", title="Power of the processors (turbostat)",
        help="turbostat's PkgWatt: what all processors draw. More for the same work is worse."), 1),
    "CorWatt": (_power(
        name="turbostat.CorWatt", title="Power of the cores (turbostat)",
        help="turbostat's CorWatt: what the cores of all processors draw. More for the same work is worse."), 1),
    "GFXWatt": (_power(
        name="turbostat.GFXWatt", title="Power of the graphics (turbostat)",
        help="turbostat's GFXWatt: what the processor's own graphics draws. More for the same work is worse."), 1),
    "RAMWatt": (_power(
        name="turbostat.RAMWatt", title="Power of the memory (turbostat)",
        help="turbostat's RAMWatt: what the memory modules draw. More for the same work is worse."), 1),
    "PKG_%": (_held(
        name="turbostat.PKG_throttled", title="Processors held to their power limit",
        help="turbostat's PKG_%: share of time that processors were slowed down by their power limit, summed over "
             "sockets. More is worse; which limits count differs by model."), _HUNDREDTH),
    "RAM_%": (_held(
        name="turbostat.RAM_throttled", title="Memory held to its power limit",
        help="turbostat's RAM_%: share of time that memory was slowed down by its power limit. More is worse."),
        _HUNDREDTH),
}
"""Column to metric, and how many of its units one of the column's is."""
RESIDENCY: Final = _cpu(
    name="turbostat.residency", unit="ratio", labels=("state",), title="Time asleep by depth (turbostat)",
    help="Share of time that cores (CPU%c6) or whole processors (Pkg%pc6) were in a state of sleep, by the hardware's "
         "count. Deep states save power, and waking from them takes longest.",
)
SMI: Final = _cpu(
    name="turbostat.SMI", unit="interrupts/s", title="Interruptions by firmware", worse=Worse.MORE,
    help="turbostat's SMI: times a second that firmware took all CPUs away from the kernel (system management "
         "interrupts). More is worse: each stops everything for a tenth of a millisecond or more, unseen by it.",
)
# fmt: on

METRICS: Final = (*dict.fromkeys(metric for metric, _ in COLUMNS.values()), RESIDENCY, SMI)
