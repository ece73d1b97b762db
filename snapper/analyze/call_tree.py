"""The call stacks of two profiles as one tree, callers above what they called, and small branches put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from snapper.analyze.stacks import SLICES, Stacks
from snapper.analyze.table import Array
from snapper.collectors.programs.perf_samples import Frame

OTHER: Final = Frame("(other)", "", kernel=False)
"""Stands for the branches of a frame that are too small to be told."""

DEEPEST: Final = 100
"""Frames of a stack: perf takes 127, and nobody reads so far up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Frames in the order of reading: each before what it called, brothers by name."""

    frames: list[Frame]
    depths: list[int]
    counts: tuple[Array, Array]
    """Of each side: frames × slices, samples in the frame and in what it called."""


class _Node:
    """A frame, called by those that led to it."""

    __slots__ = ("counts", "inner")

    def __init__(self) -> None:
        self.counts = np.zeros((2, SLICES))
        self.inner: dict[tuple[str, bool], _Node] = {}


def tree_of(stacks: Stacks, least: float, most: int) -> tuple[Tree, float]:
    """Merge the stacks from their outermost frame on; the same function in another image is the same.

    Args:
        stacks: Of both sides.
        least: Share of all samples, of either side, below which a frame is put to its brothers' `OTHER`.
        most: Frames that the tree may have; `least` is doubled until it is enough.

    Returns:
        The tree, and what `least` came to.
    """
    root = _rooted(stacks)
    while True:
        frames: list[Frame] = []
        depths: list[int] = []
        counts: list[Array] = []
        weights = [1 / total.sum() for total in stacks.totals]
        for frame, depth, count in _walked(root, 0, least, weights):
            frames.append(frame)
            depths.append(depth)
            counts.append(count)
        if len(frames) <= most:
            break
        least = 2 * least or 1e-6
    both = np.stack(counts, axis=1) if counts else np.zeros((2, 0, SLICES))
    return Tree(frames=frames, depths=depths, counts=(both[0], both[1])), least


def _rooted(stacks: Stacks) -> _Node:
    root = _Node()
    both = np.stack(stacks.counts, axis=1)
    for stack, counts in zip(stacks.stacks, both, strict=True):
        node = root
        for frame in stack[:DEEPEST]:
            inner = node.inner.get((frame.name, frame.kernel))
            if inner is None:
                inner = node.inner[frame.name, frame.kernel] = _Node()
            inner.counts += counts
            node = inner
    return root


def _walked(node: _Node, depth: int, least: float, weights: Sequence[float]) -> Iterator[tuple[Frame, int, Array]]:
    small = np.zeros((2, SLICES))
    for (name, kernel), inner in sorted(node.inner.items()):
        if _share(inner.counts, weights) < least:
            small += inner.counts
        else:
            yield Frame(name, "", kernel), depth, inner.counts
            yield from _walked(inner, depth + 1, least, weights)
    if small.any() and _share(small, weights) >= least:
        yield OTHER, depth, small


def _share(counts: Array, weights: Sequence[float]) -> float:
    """Of the side where it is more."""
    return max(float(side.sum()) * weight for side, weight in zip(counts, weights, strict=True))
