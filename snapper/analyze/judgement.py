"""From snapshots to verdicts: which baselines, whose noise, then compare and judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snapper.analyze.comparability import check_comparable
from snapper.analyze.compare import compare
from snapper.analyze.diff import Caution
from snapper.analyze.judge import Judged, judge
from snapper.analyze.learn import unfit
from snapper.analyze.noise import Capacity
from snapper.analyze.pool import nearest
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import listed
from snapper.archive.manifest import Manifest
from snapper.archive.profile import Profile
from snapper.units import format_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Verdicts on all series, and what they were given on."""

    judged: Judged
    befores: tuple[Snapshot, ...]
    """The baselines that were used, the one that is shown first."""
    profile: Profile | None
    """The noise profile that was used."""


def judge_snapshots(
    befores: Sequence[Snapshot], after: Snapshot, *, thresholds: Thresholds, profile: Profile | None = None
) -> Judgement:
    """Choose baselines, compare and judge.

    Args:
        befores: All baselines, the one that is shown first.
        after: The judged side.
        thresholds: What is judged by.
        profile: What earlier captures taught of the host's noise; unused where it is of another host.

    Raises:
        NotComparable: The first baseline and `after` have nothing in common.
    """
    first = befores[0]
    was, now = first.manifest, after.manifest
    check_comparable(first.table, after.table, (was.label or was.id, now.label or now.id))
    capacity = _capacity(was, now)
    used = nearest(befores, after, capacity=capacity, thresholds=thresholds)
    taught = None if profile is None or unfit(profile, was, now) else profile
    compared = compare(
        [snapshot.table for snapshot in used],
        after.table,
        capacity=capacity,
        thresholds=thresholds,
        profile=taught,
        known_to_profile=[snapshot.manifest.id in taught.captures for snapshot in used] if taught else (),
    )
    return Judgement(judged=judge(compared, thresholds), befores=tuple(used), profile=taught)


def pool_cautions(
    befores: Sequence[Snapshot], after: Snapshot, profile: Profile | None, thresholds: Thresholds
) -> Iterator[Caution]:
    """What to know of the baselines behind the first, and of the noise profile."""
    first, now = befores[0].manifest, after.manifest
    strangers = sorted({snapshot.manifest.host for snapshot in befores[1:]} - {first.host})
    if strangers:
        yield Caution(
            code="pool",
            text=f"Of the baselines some are of another host ({listed(strangers)}): what is normal there is taken for "
            "normal here.",
        )
    if profile is None:
        return
    why = unfit(profile, first, now)
    if why:
        yield Caution(code="profile", text=f"The noise profile of {profile.host} was not used: {why}.")
    elif profile.duration >= thresholds.durations * min(first.duration, now.duration) > 0:
        yield Caution(
            code="profile",
            text=f"The noise profile was learnt from windows of {format_duration(profile.duration)}: shorter ones, as "
            "here, scatter more than it says.",
        )


def _capacity(before: Manifest, after: Manifest) -> Capacity:
    """Of the judged host; what it does not tell, of the other."""
    return Capacity(
        cpus=after.cpus or before.cpus,
        memory=after.memory or before.memory,
        page_size=after.page_size,
        window=after.duration,
    )
