"""What several captures of an unchanged host teach of its own noise, and when that may be used.

The table in `noise` was measured elsewhere. How far the means of a series lie apart between captures
of this host is the better prior, and three captures are enough to say something of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from snapper.analyze.presence import absent_is_zero
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import Array, SeriesTable
from snapper.archive.manifest import Manifest
from snapper.archive.profile import Profile, Spread
from snapper.errors import NotComparable, UsageError
from snapper.metric import Metric
from snapper.units import format_value

LEAST: Final = 3
"""Captures: the difference of two has one degree of freedom, and is small by chance as often as large."""


def learn_profile(snapshots: Sequence[Snapshot], *, now: float) -> Profile:
    """Learn how much each series of a host differs between captures on which nothing changed.

    Args:
        snapshots: Three or more of one host, each another capture, in any order.
        now: Seconds since the epoch.

    Raises:
        UsageError: They are too few, or one is named twice.
        NotComparable: They are of different hosts, or the host was resized in between.
    """
    manifests = [snapshot.manifest for snapshot in snapshots]
    _check(manifests)
    tables = [snapshot.table for snapshot in snapshots]
    series = sorted(
        {
            (metric.name, instance): (metric, instance)
            for table in tables
            for metric, instance in zip(table.metrics, table.instances, strict=True)
        }.items()
    )
    means = _means(tables, [named for _, named in series])
    known = np.isfinite(means).sum(axis=0)
    latest = max(manifests, key=lambda manifest: manifest.started)
    return Profile(
        host=latest.host,
        kernel=latest.kernel,
        cpus=latest.cpus,
        memory=latest.memory,
        captures=tuple(manifest.id for manifest in manifests),
        duration=min(manifest.duration for manifest in manifests),
        learnt=now,
        spreads={
            series[row][0]: Spread(_variance(means[:, row]), int(known[row]) - 1)
            for row in np.flatnonzero(known > 1).tolist()
        },
    )


def unfit(profile: Profile, *sides: Manifest) -> str:
    """Why a profile says nothing of the noise between two sides; empty where it does."""
    others = sorted({side.host for side in sides} - {profile.host})
    if others:
        return f"it is of {profile.host}, and compared is {' with '.join(others)}"
    for what, was, now in _sizes(profile, *sides):
        if was != now:
            return f"the host had {was} of {what} when it was learnt, and {now} when it was captured"
    return ""


def _sizes(was: Profile | Manifest, *sides: Manifest) -> Iterator[tuple[str, str, str]]:
    """What, how much of it there was, and how much a side had."""
    for side in sides:
        yield "CPUs", str(was.cpus), str(side.cpus)
        yield "memory", format_value(was.memory, "bytes"), format_value(side.memory, "bytes")


def _check(manifests: Sequence[Manifest]) -> None:
    twice = [name for name, count in Counter(manifest.id for manifest in manifests).items() if count > 1]
    if twice:
        raise UsageError(f"{', '.join(twice)} is named more than once; name {LEAST} or more captures, each once")
    if len(manifests) < LEAST:
        raise UsageError(
            f"{len(manifests)} capture{'s' if len(manifests) != 1 else ''} to learn from, and it takes {LEAST} or "
            "more of the host, with nothing changed in between; capture again"
        )
    first = manifests[0]
    hosts = sorted({manifest.host for manifest in manifests})
    if len(hosts) > 1:
        raise NotComparable(f"the captures are of {' and '.join(hosts)}; a profile is of one host, learn one for each")
    for what, was, now in _sizes(first, *manifests):
        if was != now:
            raise NotComparable(f"{first.host} had {was} of {what} in one capture and {now} in another; learn from one")


def _means(tables: Sequence[SeriesTable], series: Sequence[tuple[Metric, str]]) -> Array:
    """Captures × series: each one's mean, NaN for not known; what was not there is 0 where it is counted."""
    whose = {instance: who.instance for table in tables for instance, who in table.programs.items()}
    means = np.empty((len(tables), len(series)))
    for place, table in enumerate(tables):
        named = (table.row.get((metric.name, instance), -1) for metric, instance in series)
        rows = np.fromiter(named, np.int64, len(series))
        means[place] = np.where(
            absent_is_zero(table, rows, series, whose), 0.0, np.append(table.mean, np.nan)[rows]
        )  # row -1 is the NaN at the end
    return means


def _variance(means: Array) -> float:
    """Of the known means, unbiased."""
    return float(np.var(means[np.isfinite(means)], ddof=1))
