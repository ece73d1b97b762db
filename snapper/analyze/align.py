"""Which series of two snapshots are of the same thing.

Most bear the same name on both sides. A disk or an interface may have changed its name while it
is the same device: then its world-wide name, serial number or hardware address tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from snapper.analyze.table import SeriesTable
from snapper.analyze.timeline import Ints
from snapper.metric import Metric

IDENTITIES: Final = {"disk": ("block.wwid", "block.serial"), "interface": ("net.address",)}
"""Label of an instance → the facts that say which device it is, the most reliable first."""

_NOTHING: Final = re.compile("")
_BEHIND: Final = {
    "disk": ("disk", re.compile(r"(?:[ /].*)?")),
    "partition": ("disk", re.compile(r"p?[0-9]+")),
    "interface": ("interface", re.compile(r"(?:[ /].*)?")),
}
"""First label of a metric → which devices its instances begin with, and what may come behind."""

Facts = Mapping[tuple[str, str], str]
"""(metric name, instance) → text."""

Renames = Mapping[str, Mapping[str, str | None]]
"""Label → name before → name after; None where nothing in after is the same device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Rows of two tables, paired."""

    before: Ints
    """Rows that have a partner, in the order of `after`."""
    after: Ints
    """Their partners: `after[i]` is the same series as `before[i]`."""
    only_before: Ints
    only_after: Ints
    notes: tuple[str, ...]
    """Sentences: devices that bear another name now."""


def align(before: SeriesTable, after: SeriesTable) -> Alignment:
    """Pair the series of two snapshots; a renamed device's are paired with those under its new name."""
    renamed = renames(before.facts, after.facts)
    at = {
        (metric.name, name_after(metric, instance, renamed)): row
        for row, (metric, instance) in enumerate(zip(before.metrics, before.instances, strict=True))
    }
    names = ((metric.name, instance) for metric, instance in zip(after.metrics, after.instances, strict=True))
    partner = np.fromiter((at.get(name, -1) for name in names), np.int64, len(after.metrics))
    return Alignment(
        before=partner[partner >= 0],
        after=np.flatnonzero(partner >= 0),
        only_before=np.flatnonzero(np.bincount(partner + 1, minlength=len(before.metrics) + 1)[1:] == 0),
        only_after=np.flatnonzero(partner < 0),
        notes=tuple(
            f"{label} {old} of before is called {new} in after: it is the same device"
            for label, names in renamed.items()
            for old, new in names.items()
            if new is not None
        ),
    )


def renames(before: Facts, after: Facts) -> Renames:
    """Find the devices that are not what they are called.

    Args:
        before: Facts of one side, (metric name, instance) → text.
        after: Of the other.

    Returns:
        Label → name before → name after, only where they differ. None: what bears this name
        after is another device, known by its other name, so that this one has no partner.

    An identity counts only where one device of a side has it: bonded interfaces share their address.
    """
    return {label: _renamed(before, after, identities) for label, identities in IDENTITIES.items()}


def name_after(metric: Metric, instance: str, renamed: Renames) -> str | None:
    """What an instance of before is called in after; None where nothing there is the same thing.

    A partition goes with its disk, and so does what a disk has several of (`sda read_expire`).
    """
    label, behind = _BEHIND.get(metric.labels[0] if metric.labels else "", ("", _NOTHING))
    for old, new in renamed.get(label, {}).items():
        if instance.startswith(old) and behind.fullmatch(instance, len(old)):
            return None if new is None else new + instance.removeprefix(old)
    return instance


def _renamed(before: Facts, after: Facts, identities: Iterable[str]) -> dict[str, str | None]:
    pairs: dict[str, str] = {}
    for identity in identities:
        olds, news = _unique(before, identity), _unique(after, identity)
        for text, old in olds.items():
            if text in news and old not in pairs and news[text] not in pairs.values():
                pairs[old] = news[text]
    names: dict[str, str | None] = {old: new for old, new in pairs.items() if old != new}
    usurped = {new for new in names.values() if new is not None and new not in pairs}
    return names | dict.fromkeys(usurped)


def _unique(facts: Facts, metric: str) -> dict[str, str]:
    """Text → the instance that alone has it; empty texts and all zeros identify nothing."""
    of_it = [(instance, text) for (name, instance), text in facts.items() if name == metric]
    texts = [(text, instance) for instance, text in sorted(of_it)]
    count = Counter(text for text, _ in texts)
    return {text: instance for text, instance in texts if count[text] == 1 and text.strip("0:- ")}
