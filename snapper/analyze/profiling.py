"""Two profiles compared: which functions took more of the CPU time, in what call stacks, and what is mere chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from snapper.analyze.call_tree import Tree, tree_of
from snapper.analyze.cpu_profile import CpuProfile, FrameRow, FunctionRow, Moved, ProfileSide
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.stacks import SLICES, Ints, Stacks, Taken, stacks_of, taken
from snapper.analyze.table import Array

CHANCE: Final = 0.01
"""A function's change is told as one where chance alone would make any of them move as much in one of 100 profiles."""

LEAST: Final = 0.001
"""Of the busier side's CPU time: what is less than a thousandth of a flame graph's width nobody can see."""

FEWEST: Final = 2
"""Samples of a frame: one alone is as likely one of any other."""

TESTED: Final = 8
"""Samples of both sides from which on a function can be told to have moved: of 7, all on one side is chance in 64."""

MOST_FRAMES: Final = 2000
"""More are put together until they are as many: some 200 kB of JSON."""

GREW, SHRANK = 60, 40
"""Functions that are told of."""


def profile_of(before: Snapshot, after: Snapshot) -> CpuProfile | None:
    """Compare the profiles of two snapshots; None where not both have one."""
    was, now = taken(before), taken(after)
    return None if was is None or now is None else compared(was, now)


def compared(before: Taken, after: Taken) -> CpuProfile:
    """Compare two sides' samples.

    A share's error is what the number of samples allows (binomial), or what the slices of the window scatter by,
    whichever is more; the latter counts by Student's t. Of the functions, as many chances are taken as there are.
    """
    stacks = stacks_of(before, after)
    sides = [_side(*each) for each in zip((before, after), stacks.counts, stacks.totals, strict=True)]
    least = max(LEAST * max(side.busy for side in sides), FEWEST / max(side.samples for side in sides))
    tree, least = tree_of(stacks, least, MOST_FRAMES)
    return CpuProfile(
        before=sides[0], after=sides[1], functions=_functions(stacks), frames=_frames(tree, stacks), least=least
    )


def _side(side: Taken, counts: Array, totals: Array) -> ProfileSide:
    return ProfileSide(
        samples=len(side.samples), busy=float(counts.sum() / totals.sum()), seconds=side.seconds, cut=side.cut
    )


def _functions(stacks: Stacks) -> tuple[FunctionRow, ...]:
    """Every function by its name and whether it is the kernel's: an image's name bears a version."""
    numbers: dict[tuple[str, bool], int] = {}
    held: list[tuple[int, int]] = []  # (function, stack), each once
    leaves = []
    for row, stack in enumerate(stacks.stacks):
        inside = [numbers.setdefault((frame.name, frame.kernel), len(numbers)) for frame in stack[1:]]
        leaves.append(inside[-1] if inside else -1)
        held += ((function, row) for function in set(inside))
    if not numbers:
        return ()
    own = [(function, row) for row, function in enumerate(leaves) if function >= 0]
    selves = [_summed(own, counts, len(numbers)) for counts in stacks.counts]
    totals = [_summed(held, counts, len(numbers)) for counts in stacks.counts]
    chances = corrected(selves, stacks.totals)
    images = _images(stacks)
    shares = [
        (counts.sum(axis=1) / total.sum()).tolist()
        for counts, total in zip((*selves, *totals), (*stacks.totals, *stacks.totals), strict=True)
    ]
    rows = [
        FunctionRow(
            name=name, image=images[name, kernel], kernel=kernel,
            self_before=was, self_after=now, total_before=was_all, total_after=now_all,
            change=now - was, moved=moved(was, now, by_chance), chance=by_chance,
        )
        for (name, kernel), was, now, was_all, now_all, by_chance in zip(
            numbers, *shares, chances.tolist(), strict=True
        )
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row.change, row.total_before - row.total_after, row.name))
    return tuple(rows if len(rows) <= GREW + SHRANK else rows[:GREW] + rows[-SHRANK:])


def _images(stacks: Stacks) -> dict[tuple[str, bool], str]:
    """Of each function the image that it was met in most."""
    weights = (stacks.counts[0].sum(axis=1) + stacks.counts[1].sum(axis=1)).tolist()
    met: dict[tuple[str, bool], dict[str, float]] = {}
    for stack, weight in zip(stacks.stacks, weights, strict=True):
        for frame in stack[1:]:
            images = met.setdefault((frame.name, frame.kernel), {})
            images[frame.image] = images.get(frame.image, 0.0) + weight
    return {function: max(images, key=lambda image: (images[image], image)) for function, images in met.items()}


def _frames(tree: Tree, stacks: Stacks) -> tuple[FrameRow, ...]:
    was, now = (counts.sum(axis=1) / total.sum() for counts, total in zip(tree.counts, stacks.totals, strict=True))
    chances = corrected(tree.counts, stacks.totals)
    rows = zip(tree.frames, tree.depths, was.tolist(), now.tolist(), chances.tolist(), strict=True)
    return tuple(
        FrameRow(
            depth=depth, name=frame.name, kernel=frame.kernel, before=before, after=after,
            moved=moved(before, after, by_chance),
        )
        for frame, depth, before, after, by_chance in rows
    )  # fmt: skip


def _summed(pairs: Sequence[tuple[int, int]], counts: Array, rows: int) -> Array:
    """Counts of stacks added up by what holds them."""
    summed = np.zeros((rows, SLICES))
    if pairs:
        places: Ints = np.array(pairs, np.int64)
        np.add.at(summed, places[:, 0], counts[places[:, 1]])
    return summed


def corrected(counts: Sequence[Array], totals: Sequence[Array]) -> Array:
    """How likely chance alone moves any row as much (Bonferroni); of too few samples: 1."""
    told = (counts[0].sum(axis=1) + counts[1].sum(axis=1)) >= TESTED
    return np.where(told, np.minimum(1.0, chance(counts, totals) * told.sum()), 1.0)


def chance(counts: Sequence[Array], totals: Sequence[Array]) -> Array:
    """How likely chance alone moves each row's share as much as it moved.

    Args:
        counts: Of both sides, rows × slices.
        totals: Of both sides, samples in each slice.

    Returns:
        rows: two-sided, 0 to 1.
    """
    was, now = (side.sum(axis=1) for side in counts)
    before, after = (side.sum() for side in totals)
    pooled = (was + now) / (before + after)
    by_number = pooled * (1 - pooled) * (1 / before + 1 / after)
    by_slices = sum(
        np.var(side / np.maximum(total, 1.0), axis=1, ddof=1) / SLICES
        for side, total in zip(counts, totals, strict=True)
    ) + np.zeros(len(was))
    change = np.abs(now / after - was / before)
    error = np.sqrt(np.maximum(by_number, by_slices))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(error > 0, change / error, 0.0)
    freedom = 2 * (SLICES - 1)
    # Student's t as a normal score, to 1 % of it (doi:10.1214/aoms/1177706379): the slices tell their scatter roughly.
    student = np.sqrt(freedom * np.log1p(score**2 / freedom))
    score = np.where(by_slices > by_number, student, score)
    return np.array([math.erfc(value / math.sqrt(2)) for value in score.tolist()])


def moved(before: float, after: float, by_chance: float) -> Moved:
    """The word for a change.

    >>> moved(0.1, 0.2, 0.001), moved(0.0, 0.2, 0.001), moved(0.1, 0.2, 0.5)
    ('grew', 'new', 'within chance')
    """
    if by_chance > CHANCE or before == after:
        return "within chance"
    if after > before:
        return "grew" if before else "new"
    return "shrank" if after else "gone"
