"""How much a series differs between two captures of a host on which nothing changed.

Each class of series has its own noise, and a floor below which a change does not matter whatever
its certainty. Both were measured on 88 captures of a two-CPU virtual machine (12 quiet ones of an
unchanged host, the others with one of 26 single faults), then set by hand; what a user's own
baselines say takes over from them as soon as there are two. What remembers the past, single CPUs, refaults, and CPU
time and memory of programs were measured once more, on unchanged pairs of another such machine (bench/lab/RESULTS.md).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

MIB = 1024.0 * 1024.0
KIB = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The host that the changes are measured against."""

    cpus: int
    memory: int
    """Bytes; 0 where it is not known, and then nothing is measured against it."""
    page_size: int = 4096
    window: float = 30.0
    """Seconds of the judged window: what one event in it comes to, as a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """One class of series: how it moves by itself, and the least change that matters.

    The standard deviation between two runs is hypot(absolute, relative * level). The floor is
    the larger of its two parts, the relative one taken of the smaller side, so that it stays
    continuous where one side is zero.
    """

    absolute: float
    relative: float
    floor_absolute: float
    floor_relative: float
    floor_memory: float = 0.0
    """Of the host's memory, a third part of the floor."""
    unit: str
    """What the absolute parts are in; a class may hold series of several units that are alike."""
    words: str
    """How the report's account of the method names the class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseTable:
    """What each class of series does on an unchanged host."""

    ratio_system: Noise = Noise(
        absolute=0.006,
        relative=0.05,
        floor_absolute=0.01,
        floor_relative=0.03,
        unit="ratio",
        words="shares of time or capacity",
    )
    """A cron job or an interrupt more moves system CPU by half a point."""
    ratio_program: Noise = Noise(
        absolute=0.0025,
        relative=0.005,
        floor_absolute=0.005,
        floor_relative=0.03,
        unit="ratio",
        words="CPU of a program",
    )
    """A program's own CPU is steadier than the system's sum: from start to start one that takes 23 % of a CPU moved by
    0.16 points, one that takes 2 %, which is counted in steps of 10 ms, by 0.25. That the machine's speed may change
    besides is taken from the pair itself (`steadiness`). Half a point of a CPU is what three baselines can tell at
    best; a floor of a whole one hid 5 % of a program that takes 20 %."""
    ratio_one_cpu: Noise = Noise(
        absolute=0.07, relative=0.05, floor_absolute=0.10, floor_relative=0.03, unit="ratio", words="shares of one CPU"
    )
    """Who runs where changes from run to run: one CPU of an unchanged host moved by up to 20 points."""
    bytes_program: Noise = Noise(
        absolute=0.5 * MIB,
        relative=0.005,
        floor_absolute=4 * MIB,
        floor_relative=0.02,
        unit="bytes",
        words="memory of a program",
    )
    """Two starts of one service differ by a few arenas of the allocator: those of the lab by 0.1 MiB or 0.7 %."""
    bytes_system: Noise = Noise(
        absolute=1.5 * MIB, relative=0.01, floor_absolute=1.5 * MIB, floor_relative=0.02, floor_memory=0.005,
        unit="bytes", words="memory of the system",
    )  # fmt: skip
    """Half a percent of the host's memory is what an administrator would look up for."""
    bytes_internal: Noise = Noise(
        absolute=1.5 * MIB, relative=0.01, floor_absolute=1.5 * MIB, floor_relative=0.02, floor_memory=0.0025,
        unit="bytes", words="memory, kernel's own accounts",
    )  # fmt: skip
    """The kernel's own accounts are smaller than the totals, so half their floor."""
    bytes_stored: Noise = Noise(
        absolute=4 * MIB,
        relative=0.002,
        floor_absolute=64 * MIB,
        floor_relative=0.01,
        unit="bytes",
        words="space of a file system",
    )
    """Not measured: stored bytes stay, so only what is written in between moves them; logs write little."""
    byte_rate: Noise = Noise(
        absolute=24 * KIB,
        relative=0.10,
        floor_absolute=64 * KIB,
        floor_relative=0.10,
        unit="bytes/s",
        words="bytes a second",
    )
    """15 % missed a steady flow that was shaped to its half; 5 % cost one false flag a pair."""
    operations: Noise = Noise(
        absolute=6.0,
        relative=0.10,
        floor_absolute=20.0,
        floor_relative=0.10,
        unit="operations/s",
        words="operations a second",
    )
    kernel_events: Noise = Noise(
        absolute=30.0, relative=0.10, floor_absolute=200.0, floor_relative=0.10, unit="events/s",
        words="faults, context switches and interrupts a second",
    )  # fmt: skip
    """By their cost: each takes a microsecond or a few, so that 200 a second are less than a thousandth of a CPU."""
    errors: Noise = Noise(
        absolute=0.05, relative=0.25, floor_absolute=0.2, floor_relative=0.25, unit="errors/s", words="errors a second"
    )
    """Errors come in bursts; one in five seconds is worth a line."""
    incidents: Noise = Noise(
        absolute=0.1, relative=0.25, floor_absolute=0.5, floor_relative=0.25, unit="count",
        words="failures of which one matters, in a window",
    )  # fmt: skip
    """A sound host has none: one kill for want of memory, one failed read of a disk is worth a line, however long
    the window was."""
    error_levels: Noise = Noise(
        absolute=0.2, relative=0.25, floor_absolute=1.0, floor_relative=0.25, unit="count",
        words="errors counted since boot, and alarms that stand",
    )  # fmt: skip
    """Not measured: they stand still until something fails."""
    refusals: Noise = Noise(
        absolute=0.2,
        relative=0.25,
        floor_absolute=1.0,
        floor_relative=0.25,
        unit="events/s",
        words="drops and refusals a second",
    )
    """Not measured apart: what saturation turns away is an error to whoever was turned away, but comes in bursts."""
    counts: Noise = Noise(
        absolute=1.5, relative=0.03, floor_absolute=5.0, floor_relative=0.05, unit="count", words="counts of things"
    )
    """Open files, threads, sockets: a service restarts with one or two more or less."""
    queue: Noise = Noise(
        absolute=0.3,
        relative=0.20,
        floor_absolute=0.5,
        floor_relative=0.25,
        unit="tasks",
        words="queues and numbers of processes",
    )
    latency: Noise = Noise(
        absolute=0.001, relative=0.30, floor_absolute=0.002, floor_relative=0.30, unit="seconds", words="waiting times"
    )
    frequency: Noise = Noise(
        absolute=50e6, relative=0.10, floor_absolute=100e6, floor_relative=0.10, unit="hertz", words="clock frequencies"
    )
    """Not measured (a virtual machine's clock stands still): one P-state step of a common CPU is 100 MHz."""
    power: Noise = Noise(
        absolute=1.0, relative=0.05, floor_absolute=5.0, floor_relative=0.10, unit="watts", words="power drawn"
    )
    """Not measured (a virtual machine has no sensors): fans and idle states move a processor by a few watts."""
    voltage: Noise = Noise(
        absolute=0.02, relative=0.01, floor_absolute=0.05, floor_relative=0.03, unit="volts", words="voltages"
    )
    """Not measured: a converter of eight bits steps by 10 to 60 mV, and supplies may stray by 5 %."""
    current: Noise = Noise(
        absolute=0.1, relative=0.05, floor_absolute=0.5, floor_relative=0.10, unit="amperes", words="currents"
    )
    """Not measured: as the power, at the 12 V of a board."""
    per_cycle: Noise = Noise(
        absolute=0.02, relative=0.10, floor_absolute=0.05, floor_relative=0.10, unit="instructions/cycle",
        words="instructions per cycle",
    )  # fmt: skip
    """Not measured (a virtual machine has no counters): an idle host's figure is that of whatever wakes up there."""
    per_instruction: Noise = Noise(
        absolute=0.0002, relative=0.15, floor_absolute=0.0005, floor_relative=0.20, unit="misses/instruction",
        words="cache misses per instruction",
    )  # fmt: skip
    """Not measured: a miss in two thousand instructions, of 100 ns each, makes them slower by a few per cent."""

    past_relative: float = 0.25
    """What remembers the time before the capture (caches, free memory, load averages) differs by that share from one
    capture of an unchanged host to the next ..."""
    past_floor: float = 0.25
    """... and is worth a line from that share on."""

    def classes(self) -> tuple[Noise, ...]:
        """Every class, in the order above."""
        values = (getattr(self, column.name) for column in fields(self))
        return tuple(value for value in values if isinstance(value, Noise))
