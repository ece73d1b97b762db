"""A differential flame graph as boxes: after's stacks grow upwards, before's hang below, on one scale.

Positions are percent of the width, so that the graph fits any screen and its text is never stretched; heights are
pixels. Nothing here knows of colours or tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from snapper.analyze.cpu_profile import CpuProfile, FrameRow, FunctionRow, Moved, ProfileSide
from snapper.report.chart import drawable
from snapper.report.visible import shortened, visible
from snapper.units import format_value

ROW: Final = 18
"""Pixels from one box to the next above it."""

DEEPEST: Final = 44
"""Rows: as many as a sheet of A4 holds in one piece. Deeper frames are in the JSON document."""

MOST_BOXES: Final = 700
"""Of both sides, the widest: some 110 kB."""

NAME_LIMIT: Final = 60
LABELLED: Final = 2.5
"""Percent of the width from which on a box bears its name without the script, which sees how wide it is in pixels."""

SIDES: Final = ("before", "after")

GREW_SHOWN, SHRANK_SHOWN = 10, 8

TONES: Final = {"grew": "grew", "new": "grew", "shrank": "shrank", "gone": "shrank"}
"""How a function moved → the colour that says so; what is within chance has none."""

MARKS: Final = {moved: "▲" if tone == "grew" else "▼" for moved, tone in TONES.items()}

_STEPS: Final = (0.02, 0.1, 0.3)
"""Of the largest change of any frame: from here on a frame's colour is the next stronger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One frame on one side."""

    number: int
    """The same on both sides, in the order of reading."""
    x: str
    y: int
    width: str
    look: str
    """Classes: `g1` to `g3` for what grew, `s1` to `s3` for what shrank, `k` for the kernel's."""
    label: str
    """Empty where there is no room."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flame:
    """One side's graph."""

    side: Literal["before", "after"]
    height: int
    boxes: tuple[Box, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """What the page shows of a profile."""

    lead: str
    grew: tuple[FunctionRow, ...]
    shrank: tuple[FunctionRow, ...]
    flames: tuple[Flame, ...]
    """After, which stands above, and before; empty where nothing ran."""
    row: int
    left: int
    """Frames that are in the profile and not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A frame with its place on both sides, in percent of the width."""

    number: int
    row: FrameRow
    at: tuple[float, float]
    wide: tuple[float, float]


def view_of(profile: CpuProfile) -> ProfileView:
    """Lay a profile out."""
    placed = [frame for frame in _placed(profile) if frame.row.depth < DEEPEST]
    drawn = _widest(placed)
    return ProfileView(
        lead=lead_of(profile),
        grew=grown(profile)[:GREW_SHOWN],
        shrank=shrunk(profile)[:SHRANK_SHOWN],
        flames=(_flame("after", drawn, profile), _flame("before", drawn, profile)) if drawn else (),
        row=ROW,
        left=len(profile.frames) - len(drawn),
    )


def _widest(placed: Sequence[_Placed]) -> list[_Placed]:
    """As many of the widest frames as there may be boxes; who called one is as wide, and comes before it."""
    boxes, kept = 0, []
    for frame in sorted(placed, key=lambda frame: (-max(frame.wide), frame.number)):
        boxes += sum(wide > 0 for wide in frame.wide)
        if boxes > MOST_BOXES:
            break
        kept.append(frame)
    return sorted(kept, key=lambda frame: frame.number)


def grown(profile: CpuProfile) -> tuple[FunctionRow, ...]:
    """Functions that took more of the CPU time: those of which it is sure first, each by how much."""
    return tuple(sorted((row for row in profile.functions if row.change > 0), key=_surest))


def shrunk(profile: CpuProfile) -> tuple[FunctionRow, ...]:
    """Functions that took less of it, in the same order."""
    return tuple(sorted((row for row in profile.functions if row.change < 0), key=_surest))


def moved_text(row: FunctionRow) -> str:
    """How a function moved, with the mark beside the word."""
    return f"{MARKS.get(row.moved, '')} {row.moved}".strip()


def _surest(row: FunctionRow) -> tuple[bool, float]:
    return row.moved == "within chance", -abs(row.change)


def lead_of(profile: CpuProfile) -> str:
    """What the profile rests on."""
    before, after = profile.before, profile.after
    cut = [
        f"of {name} only the first {_seconds(side)}"
        for name, side in zip(SIDES, (before, after), strict=True)
        if side.cut
    ]
    return (
        f"Samples of all CPUs, {before.samples:,} before and {after.samples:,} after: "
        f"{_share(before.busy)} of them found work before, {_share(after.busy)} after."
        + (f" More was sampled than could be kept: {' and '.join(cut)} is here." if cut else "")
    )


def _seconds(side: ProfileSide) -> str:
    return format_value(side.seconds, "seconds")


def _share(share: float) -> str:
    return format_value(share, "ratio")


def _placed(profile: CpuProfile) -> Iterator[_Placed]:
    """Each frame beside its brothers, above who called it; what a document says wrong is put right or passed over."""
    scale = max(_known(profile.before.busy), _known(profile.after.busy))
    tops = [0.0, 0.0]
    for row in profile.frames:
        if row.depth == 0:
            tops = [top + share for top, share in zip(tops, (_known(row.before), _known(row.after)), strict=True)]
    scale = max(scale, *tops)
    if not scale:
        return
    left: list[list[float]] = [[0.0, 0.0]]  # where the next frame of each depth begins, on both sides
    ends: list[list[float]] = [[100.0, 100.0]]  # and where its caller ends
    for number, row in enumerate(profile.frames):
        if not 0 <= row.depth < len(left):
            continue
        del left[row.depth + 1 :], ends[row.depth + 1 :]
        at, end = left[row.depth], ends[row.depth]
        shares = (_known(row.before), _known(row.after))
        wide = [
            max(0.0, min(100 * share / scale, stop - start)) for share, start, stop in zip(shares, at, end, strict=True)
        ]
        yield _Placed(number=number, row=row, at=(at[0], at[1]), wide=(wide[0], wide[1]))
        left.append(list(at))
        ends.append([start + width for start, width in zip(at, wide, strict=True)])
        left[row.depth] = list(ends[-1])


def _known(share: float) -> float:
    return max(0.0, share) if drawable(share) else 0.0


def _flame(side: Literal["before", "after"], drawn: Sequence[_Placed], profile: CpuProfile) -> Flame:
    place = SIDES.index(side)
    there = [frame for frame in drawn if frame.wide[place] > 0]
    most = max(abs(_known(frame.row.after) - _known(frame.row.before)) for frame in drawn)
    height = ROW * (1 + max((frame.row.depth for frame in there), default=0))
    busy = (profile.before, profile.after)[place].busy
    return Flame(
        side=side,
        height=height,
        boxes=tuple(
            _box(frame, place, height - ROW - frame.row.depth * ROW if side == "after" else frame.row.depth * ROW, most)
            for frame in there
        ),
        description=f"Flame graph {side}: CPUs busy for {_share(busy)} of the time. "
        "The functions that moved most are in the tables.",
    )


def _box(frame: _Placed, place: int, y: int, most: float) -> Box:
    row, wide = frame.row, frame.wide[place]
    name = shortened(visible(row.name), NAME_LIMIT)
    mark = MARKS.get(row.moved, "")
    return Box(
        number=frame.number,
        x=f"{frame.at[place]:.2f}".rstrip("0").rstrip("."),
        y=y,
        width=f"{max(wide, 0.01):.2f}".rstrip("0").rstrip("."),
        look=f"{look_of(row.moved, _known(row.after) - _known(row.before), most)}{' k' if row.kernel else ''}".strip(),
        label=f"{mark} {name}".strip() if wide >= LABELLED else "",
        title=f"{f'{mark} {name}'.strip()}: {_share(row.before)} → {_share(row.after)}, {row.moved}",
    )


def look_of(moved: Moved, change: float, most: float) -> str:
    """The class that colours a frame.

    >>> look_of("grew", 0.1, 0.1), look_of("shrank", -0.02, 0.1), look_of("within chance", 0.1, 0.1)
    ('g3', 's2', '')
    """
    if moved not in MARKS or not most:
        return ""
    level = max(1, sum(abs(change) >= step * most for step in _STEPS))
    return f"{'g' if MARKS[moved] == '▲' else 's'}{level}"
