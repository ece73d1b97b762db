"""Programs that came, went, were started again or grew: chosen from the series of programs and from the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from snapper.analyze.diff import Diff, SeriesRow
from snapper.report.words import pair_of
from snapper.units import UNKNOWN, format_change, format_value

COUNT: Final = "proc.count"
"""How many processes run a program: new where it came, gone where it went."""

TAKES: Final = ("proc.cpu", "proc.rss", "proc.count")
"""What is told of a program that came or went, in the order of its row."""

GROWTH: Final = ("proc.rss", "proc.pss", "proc.count", "proc.num_threads", "proc.fds", "proc.vsize")
"""What grows in a program that leaks or piles up."""

RESTARTS: Final = "systemd.NRestarts"
SHOWN: Final = 30
"""Programs listed of a kind; a machine that builds software starts hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A program that is on one side only, with what it took there."""

    program: str
    takes: tuple[str, ...]
    """As printed, in the order of `TAKES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A program on both sides that has more of something."""

    program: str
    metric: str
    pair: str
    change: str
    row: SeriesRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Comings:
    """The programs of both sides, as far as they differ."""

    came: tuple[Passing, ...]
    went: tuple[Passing, ...]
    restarted: tuple[tuple[str, str], ...]
    """(service, when)."""
    grew: tuple[Grown, ...]
    unlisted: int
    """Programs left out of the lists."""


def comings_of(diff: Diff) -> Comings:
    """Choose the programs, those that take most first.

    Args:
        diff: What there is to tell.
    """
    rows = {(row.metric, row.instance): row for row in diff.series}
    came, went = (
        [row.instance for row in _by_size(diff.series, rows) if row.metric == COUNT and row.verdict == verdict]
        for verdict in ("new", "gone")
    )
    passing = {*came, *went}
    grew = [row for row in diff.series if row.instance not in passing and _has_grown(row)]
    grew.sort(key=lambda row: (-row.severity, row.instance, row.metric))
    restarted = [
        (event.text, event.side if event.t is None else f"{event.side}, {format_value(event.t, 'seconds')} in")
        for event in diff.events
        if event.metric == RESTARTS
    ]
    return Comings(
        came=tuple(_passing(name, rows, after=True) for name in came[:SHOWN]),
        went=tuple(_passing(name, rows, after=False) for name in went[:SHOWN]),
        restarted=tuple(restarted[:SHOWN]),
        grew=tuple(
            Grown(
                program=row.instance,
                metric=row.metric,
                pair=pair_of(row.before, row.after, row.unit),
                change=format_change(row.change, row.unit),
                row=row,
            )
            for row in grew[:SHOWN]
        ),
        unlisted=sum(max(0, len(names) - SHOWN) for names in (came, went, restarted, grew)),
    )


def _has_grown(row: SeriesRow) -> bool:
    return row.metric in GROWTH and row.tier is not None and row.change is not None and row.change > 0


def _by_size(series: Sequence[SeriesRow], rows: Mapping[tuple[str, str], SeriesRow]) -> list[SeriesRow]:
    """Programs by the CPU and then the memory that they took on the side where they were."""

    def size(row: SeriesRow) -> tuple[float, float, str]:
        cpu, rss = (_largest(rows.get((metric, row.instance))) for metric in TAKES[:2])
        return -cpu, -rss, row.instance

    return sorted((row for row in series if row.metric == COUNT), key=size)


def _largest(row: SeriesRow | None) -> float:
    return max((side for side in (row.before, row.after) if side is not None), default=0.0) if row else 0.0


def _passing(program: str, rows: Mapping[tuple[str, str], SeriesRow], *, after: bool) -> Passing:
    taken = [rows.get((metric, program)) for metric in TAKES]
    return Passing(
        program=program,
        takes=tuple(format_value(row.after if after else row.before, row.unit) if row else UNKNOWN for row in taken),
    )
