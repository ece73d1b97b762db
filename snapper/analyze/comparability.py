"""What to know before believing a number: in what the two captures differ besides what is compared."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from snapper.analyze.attribute import Cast, one_sided_cpu
from snapper.analyze.diff import Caution
from snapper.analyze.judge import Judged
from snapper.analyze.steadiness import common_change
from snapper.analyze.table import SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import listed
from snapper.archive.manifest import Manifest
from snapper.errors import NotComparable
from snapper.units import format_duration, format_value

NANOSECONDS = 1e9
BUSY = ("cpu.utilization", "")
READ = frozenset({"ok", "partial"})
"""Statuses of a source of which there is something to compare."""


def check_comparable(before: SeriesTable, after: SeriesTable, names: tuple[str, str]) -> None:
    """Refuse what has nothing in common.

    Args:
        before: The earlier side.
        after: The later side.
        names: What to call them in the message.

    Raises:
        NotComparable: No series and no fact is on both sides.
    """
    if before.row.keys() & after.row.keys() or before.facts.keys() & after.facts.keys():
        return
    counts = [len(table.metrics) + len(table.facts) for table in (before, after)]
    empty = [name for name, count in zip(names, counts, strict=True) if count == 0]
    if empty:
        raise NotComparable(f"{' and '.join(empty)}: no series in it, so there is nothing to compare; capture again")
    raise NotComparable(
        f"{names[0]} ({counts[0]:,} series) and {names[1]} ({counts[1]:,} series) have no series in common; "
        "capture both with the same sources"
    )


def cautions(
    manifests: tuple[Manifest, Manifest],
    tables: tuple[SeriesTable, SeriesTable],
    judged: Judged,
    cast: Cast,
    thresholds: Thresholds,
) -> tuple[Caution, ...]:
    """List what limits the comparison, what limits it most first.

    Args:
        manifests: Of the first baseline and of the judged side.
        tables: Their series.
        judged: Verdicts, for the load of the two sides.
        cast: Programs, for who ran on one side only.
        thresholds: From which difference on something is said.
    """
    before, after = manifests
    return (
        *_window(before, after, thresholds),
        *_machine(before, after),
        *_foreign_load(judged, cast, thresholds),
        *_unsteady(tables, thresholds),
        *_speed(judged, thresholds),
        *_scope(before, after),
        *_observer(before, after, thresholds),
    )


def _window(before: Manifest, after: Manifest, thresholds: Thresholds) -> Iterator[Caution]:
    fewest = min(before.ticks, after.ticks)
    if fewest < 2:
        yield Caution(
            code="short-window",
            text=f"A side has {fewest} tick{'s' if fewest != 1 else ''}, too few for any rate or verdict: only "
            "configuration is compared. Capture for at least ten seconds.",
        )
    elif fewest < thresholds.short_window:
        only = (
            ""
            if min(before.duration, after.duration) >= thresholds.short_time
            else (": only single failures, settings and services that came or went are told as headlines")
        )
        yield Caution(
            code="short-window",
            text=f"A side has {fewest} ticks only, too short for a verdict on small changes{only}.",
        )
    for side, manifest in (("before", before), ("after", after)):
        if not manifest.complete:
            yield Caution(
                code="cut-short",
                text=f"The recording of {side} was cut short after {format_duration(manifest.duration)} "
                f"({manifest.ended or 'cut'}).",
            )
    longer, shorter = max(before.duration, after.duration), min(before.duration, after.duration)
    if shorter > 0 and longer / shorter >= thresholds.durations:
        yield Caution(
            code="duration",
            text=f"The windows differ: {format_duration(before.duration)} before, {format_duration(after.duration)} "
            "after; the longer one averages more out.",
        )
    if before.interval != after.interval:
        yield Caution(
            code="interval",
            text=f"The intervals differ: {format_duration(before.interval)} and {format_duration(after.interval)}.",
        )


def _machine(before: Manifest, after: Manifest) -> Iterator[Caution]:
    pairs = (
        ("host", "hosts", before.host, after.host),
        ("kernel", "kernels", before.kernel, after.kernel),
        ("machine", "architectures", before.machine, after.machine),
        ("cpus", "numbers of CPUs", *(str(side.cpus or "unknown") for side in (before, after))),
        ("memory", "sizes of memory", *(format_value(side.memory or None, "bytes") for side in (before, after))),
        ("container", "surroundings", *(side.container or "no container" for side in (before, after))),
        ("version", "versions of snapper", before.snapper, after.snapper),
    )
    for code, what, was, now in pairs:
        if was != now:
            yield Caution(code=code, text=f"The {what} differ: {was} before, {now} after.")
    if before.container and before.container == after.container:
        yield Caution(
            code="inside",
            text=f"Both captures were taken inside a container ({after.container}): processes, mounts, interfaces and "
            "control groups outside of it are hidden, while CPU, memory, disk and pressure are the whole host's.",
        )
    if before.host == after.host and before.boot_id != after.boot_id:
        yield Caution(
            code="boot",
            text="The host was rebooted in between: rates compare well, caches and levels since boot do not.",
        )


def _foreign_load(judged: Judged, cast: Cast, thresholds: Thresholds) -> Iterator[Caution]:
    """Who ran on one side only, if that is a good part of the host: it may move what is not its own."""
    compared = judged.compared
    cpus = max(compared.capacity.cpus, 1)
    used = one_sided_cpu(judged, cast)
    alone = sum(used.values())
    if sum(map(abs, used.values())) / cpus < thresholds.foreign_load:
        return
    heavy = sorted(used, key=lambda name: (-abs(used[name]), name))
    who = [
        f"{name} ({'after' if used[name] > 0 else 'before'}: {format_value(abs(used[name]), 'ratio')} of a CPU)"
        for name in heavy
        if abs(used[name]) / cpus >= thresholds.foreign_load / 5
    ]
    total = compared.row.get(BUSY)
    first = f"Programs that ran on one side only made {_points(alone / cpus)} of system busy"
    if total is not None and judged.known[total]:
        first = (
            f"System busy differs by {_points(float(compared.change[total]))}, of which programs that ran on one side "
            f"only made {_points(alone / cpus)}"
        )
    yield Caution(
        code="foreign-load",
        text=f"{first}: {listed(who)}. If they are not what is compared, capture again without them.",
    )


def _unsteady(tables: tuple[SeriesTable, SeriesTable], thresholds: Thresholds) -> Iterator[Caution]:
    """A window in which the load itself began or ended: its mean is that of two states, and of neither."""
    for side, table in zip(("before", "after"), tables, strict=True):
        row = table.row.get(BUSY)
        if row is None or len(table.t) < thresholds.short_window:
            continue
        first, last = (
            float(np.nanmean(part)) if np.isfinite(part).any() else np.nan
            for part in (np.array_split(table.points[row], 3)[end] for end in (0, -1))
        )
        if abs(last - first) >= thresholds.unsteady:
            yield Caution(
                code="unsteady",
                text=f"CPU utilization went from {format_value(first, 'ratio')} to {format_value(last, 'ratio')}"
                f" within the window of {side}: something began or ended there, and a mean over both says little.",
            )


def _speed(judged: Judged, thresholds: Thresholds) -> Iterator[Caution]:
    """All programs became dearer or cheaper alike, which none of them did by itself."""
    compared = judged.compared
    factor = common_change(compared.metrics, compared.before, compared.after, thresholds)
    if factor != 1:
        way = "more" if factor > 1 else "less"
        yield Caution(
            code="speed",
            text=f"Nearly all programs took {way} CPU time than before, {format_value(abs(factor - 1), 'ratio')} {way} "
            "on the median: the machine itself may have become slower or faster (its clock, a neighbour on the same "
            "hardware, the kernel), or all had more or less to do. None of them is to blame for that.",
        )


def _points(share: float) -> str:
    return f"{round(share * 100) or 0:+d} points".replace("-", "−").replace("+0", "±0")


def _scope(before: Manifest, after: Manifest) -> Iterator[Caution]:
    if (before.uid == 0, before.capabilities) != (after.uid == 0, after.capabilities):
        sides = ["root" if side.uid == 0 else "an ordinary user" for side in (before, after)]
        rights = f"as {sides[0]} before, {sides[1]} after" if sides[0] != sides[1] else "with other capabilities"
        yield Caution(
            code="privilege",
            text=f"Captured {rights}: what one side may not read cannot be compared.",
        )
    read = [{name for name, source in side.coverage.items() if source.status in READ} for side in (before, after)]
    for side, only in (("before", read[0] - read[1]), ("after", read[1] - read[0])):
        if only:
            yield Caution(code="sources", text=f"Read {side} only: {listed(sorted(only), most=6)}.")


def _observer(before: Manifest, after: Manifest, thresholds: Thresholds) -> Iterator[Caution]:
    for side, manifest in (("before", before), ("after", after)):
        uptime = manifest.boottime / NANOSECONDS
        if uptime < thresholds.warm_up:
            yield Caution(
                code="warm-up",
                text=f"The host had been up for {format_duration(uptime)} when {side} was captured: still warming up.",
            )
        cpu = (manifest.cost.get("cpu", 0.0) + manifest.cost.get("tools_cpu", 0.0)) / max(manifest.duration, 1.0)
        if cpu / max(manifest.cpus, 1) >= thresholds.foreign_load:
            yield Caution(
                code="observer",
                text=f"The recorder and its tools took {format_value(cpu, 'ratio')} of a CPU in {side}: "
                "a longer interval or fewer sources disturb less.",
            )
        late = manifest.cost.get("late", 0.0)
        if manifest.ticks and late / manifest.ticks >= thresholds.late:
            yield Caution(
                code="late",
                text=f"{late:.0f} of {manifest.ticks} ticks of {side} began late: the host was too busy to be observed "
                "on time; rates are taken by the measured time.",
            )
