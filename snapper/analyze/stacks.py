"""The call stacks of two profiles on one list, each counted by side and by slice of its window.

What a window came to in its slices tells how much a profile scatters by itself: load comes in bursts, so the
samples of one are not independent, and counting them all as if they were would call chance a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import Array
from snapper.collectors.programs import cmd_perf_script, pid_cmdline
from snapper.collectors.programs.perf_samples import Frame, Sample, samples
from snapper.collectors.programs.pid_cmdline import program_of

SLICES: Final = 10
"""Of a window; at the usual 30 s each has a few hundred samples of two CPUs."""

READABLE: Final = ("ok", "truncated", "timeout")
"""Statuses with which the text is whole samples, all of them or the first."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One side's samples."""

    samples: list[Sample]
    cut: bool
    own: frozenset[int]
    """The recorder's processes: their samples count as time that passed, and not as work."""
    cmdlines: Mapping[int, str] = field(default_factory=dict)
    """Of the processes that were sampled, as far as they were read: an interpreter is named after what it runs."""

    @property
    def seconds(self) -> float:
        """From the first to the last; perf prints them by CPU, nearly in order."""
        times = [sample.seconds for sample in self.samples]
        return max(times) - min(times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """Each different stack once, the program's name as its outermost frame."""

    stacks: list[tuple[Frame, ...]]
    counts: tuple[Array, Array]
    """Of each side: stacks × slices, samples that found work."""
    totals: tuple[Array, Array]
    """Of each side: samples in each slice, idle ones among them."""


def taken(snapshot: Snapshot) -> Taken | None:
    """The samples of a snapshot; None where it has no profile, or none that can be read, which the coverage tells."""
    reads = snapshot.archive.reads(cmd_perf_script.COLLECTOR.name)
    if not reads or reads[-1].status not in READABLE:
        return None
    try:
        found = list(samples(reads[-1].content.decode("utf-8", "backslashreplace")))
    except ValueError:
        return None
    if not found:
        return None
    return Taken(
        samples=found,
        cut=reads[-1].status != "ok",
        own=frozenset(snapshot.manifest.pids),
        cmdlines=_cmdlines(snapshot, {sample.pid for sample in found}),
    )


def _cmdlines(snapshot: Snapshot, pids: set[int]) -> dict[int, str]:
    reads = {pid: snapshot.archive.read(pid_cmdline.COLLECTOR.name, str(pid)) for pid in pids}
    return {
        pid: its[-1].content.decode("utf-8", "backslashreplace")
        for pid, its in reads.items()
        if its and its[-1].status == "ok"
    }


def stacks_of(before: Taken, after: Taken) -> Stacks:
    """Put both sides' stacks on one list."""
    numbers: dict[tuple[Frame, ...], int] = {}
    programs: dict[tuple[str, str], Frame] = {}
    placed = [_placed(side, numbers, programs) for side in (before, after)]
    counts, totals = [], []
    for rows, slices, every in placed:
        count = np.zeros((len(numbers), SLICES))
        np.add.at(count, (rows, slices), 1)
        counts.append(count)
        totals.append(np.bincount(every, minlength=SLICES).astype(np.float64))
    return Stacks(stacks=list(numbers), counts=(counts[0], counts[1]), totals=(totals[0], totals[1]))


def _placed(
    side: Taken, numbers: dict[tuple[Frame, ...], int], programs: dict[tuple[str, str], Frame]
) -> tuple[Ints, Ints, Ints]:
    """Stack and slice of each sample that found work, and the slice of every one."""
    every = _slices([sample.seconds for sample in side.samples])
    rows, slices = [], []
    for sample, place in zip(side.samples, every.tolist(), strict=True):
        if sample.is_idle or sample.pid in side.own:
            continue
        called = sample.comm, side.cmdlines.get(sample.pid, "")
        program = programs.get(called)
        if program is None:
            program = programs[called] = Frame(_program(*called), "", kernel=False)
        rows.append(numbers.setdefault((program, *sample.stack), len(numbers)))
        slices.append(place)
    return np.array(rows, np.int64), np.array(slices, np.int64), every


def _program(comm: str, cmdline: str) -> str:
    """What a program is called; threads of the kernel have no arguments, and most a slash in their name."""
    return program_of(comm, cmdline, kernel_thread=not cmdline and "/" in comm) or "unknown"


def _slices(seconds: Sequence[float]) -> Ints:
    """Which tenth of the time each moment lies in."""
    times = np.array(seconds)
    begin, length = times.min(), np.ptp(times)
    if not length:
        return np.zeros(len(times), np.int64)
    places: Ints = np.minimum((times - begin) / length * SLICES, SLICES - 1).astype(np.int64)
    return places
