"""Where the CPU time went, before and after: the parts of a `Diff` that a profile makes. Plain data.

Every share is of all CPU time of its side: 0.5 is half of all CPUs. So both sides have one scale, also where one
of them was busier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Moved = Literal["grew", "shrank", "new", "gone", "within chance"]
"""`within chance`: two profiles of an unchanged host may differ as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSide:
    """What one side's profile rests on."""

    samples: int
    """Of all CPUs, those that were idle among them."""
    busy: float
    """Share of the samples that found work, that of the recorder and its tools left out."""
    seconds: float
    """From the first sample to the last."""
    cut: bool
    """More was sampled than could be kept: the end of the window is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRow:
    """One function, in all programs together."""

    name: str
    image: str
    """The file's name that it is in; the one with the most samples, where there are several."""
    kernel: bool
    self_before: float
    """Share of the CPU time in the function itself."""
    self_after: float
    total_before: float
    """The same with what it called."""
    total_after: float
    change: float
    """self_after - self_before."""
    moved: Moved
    """How `self` moved."""
    chance: float
    """How likely a change of `self` as large as this is by chance in any of the functions, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRow:
    """One box of the flame graph: a function as called by those above it."""

    depth: int
    """0 for a program; a frame is called by the next one before it that is one less deep."""
    name: str
    kernel: bool
    before: float
    after: float
    moved: Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuProfile:
    """Both profiles, merged."""

    before: ProfileSide
    after: ProfileSide
    functions: tuple[FunctionRow, ...]
    """Those whose own share grew most first, those that shrank most last; of very many the middle is left out."""
    frames: tuple[FrameRow, ...]
    """Callers before what they called, brothers by name. What is small is put together under `(other)`."""
    least: float
    """Share of the CPU time below which a frame is put to `(other)`."""
