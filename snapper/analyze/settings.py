"""Changed configuration as a finding of its own: facts are exact, so there is no noise to weigh.

Settings of the host, of a device or of a program that runs on both sides count. A device or a mount
that is on one side only is another matter, and so is what changes by the way: a module that was
loaded on demand, or the arguments that a service was started with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from snapper.analyze.diff import DriftRow, Explanation, Finding, Tier
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import listed, slug
from snapper.collectors.kernel.sysctl_keys import by_size
from snapper.metric import Metric, Resource

BY_THE_WAY: Final = frozenset(
    {"module", "proc.cmdline", "proc.cgroup", "mount.source", "net.address", "dpkg.version", "rpm.version"}
)
"""Facts that change without anybody turning a knob: of themselves they are worth a line, no headline."""
OF_SERVICES: Final = frozenset({"proc.cmdline", "proc.cgroup"})
"""Of these, what is worth a word of a service only: every other `sleep` has other arguments."""
THINGS: Final = frozenset({Resource.PROGRAM, Resource.DISK, Resource.FILESYSTEM, Resource.NETWORK, Resource.CGROUP})
"""What facts of these resources are about can be on one side only."""
OF_MODULES: Final = "module."
"""What facts of a module's own begin with: they come and go with it."""
MOST: Final = 50
"""Settings that the finding carries; the configuration section has them all."""
LONGEST: Final = 40
"""Letters of a value in a title."""


def settings_in(
    drift: Sequence[DriftRow],
    metrics: Mapping[str, Metric],
    services: Collection[str],
    resized: Collection[str] = (),
) -> list[DriftRow]:
    """The changed facts that somebody set.

    Args:
        drift: All facts that differ.
        metrics: Declarations of the facts, by name.
        services: Instances of the programs that are services.
        resized: Of "memory" and "cpus", what the host has another amount of: what the kernel works out
            from it then differs without anybody's doing.
    """
    return [
        row
        for row in drift
        if _is_setting(row, metrics)
        and (row.source not in OF_SERVICES or row.key in services)
        and not (row.source == "sysctl" and by_size(row.key) in resized)
    ]


def changed_settings(
    settings: Sequence[DriftRow],
    metrics: Mapping[str, Metric],
    *,
    explaining: bool,
    other_host: bool,
    thresholds: Thresholds,
) -> list[Finding]:
    """Make one finding of all changed settings, or none.

    Args:
        settings: What `settings_in` gives.
        metrics: Declarations of the facts, by name.
        explaining: One of them can have moved something that was flagged.
        other_host: The two sides are different hosts or kernels, where settings are expected to differ.
        thresholds: What such a finding weighs.
    """
    turned = [row for row in settings if row.source not in BY_THE_WAY]
    if not settings:
        return []
    shown = turned or settings
    score = thresholds.configuration + thresholds.configuration_explains * explaining
    tier: Tier = "headline" if turned and not other_host else "minor"
    if tier == "minor":
        score = min(score, thresholds.headline) / 2
    first = metrics[shown[0].source]
    return [
        Finding(
            rank=0,
            id=slug(f"configuration {shown[0].source} {shown[0].key}"),
            tier=tier,
            verdict="changed",
            resource=first.resource.value if len(shown) == 1 else Resource.HOST.value,
            role=first.role.value,
            title=_title(shown, metrics),
            metric=shown[0].source,
            instance=shown[0].key,
            unit="text",
            before=None,
            after=None,
            change=None,
            interval=None,
            severity=score,
            culprits=(),
            config=tuple(
                Explanation(source=row.source, key=row.key, before=row.before, after=row.after) for row in shown[:MOST]
            ),
            help=first.help,
            next=first.next.replace("{instance}", shown[0].key),
            doc=first.doc,
            chart=None,
        )
    ]


def _is_setting(row: DriftRow, metrics: Mapping[str, Metric]) -> bool:
    metric = metrics.get(row.source)
    one_sided = row.before is None or row.after is None
    comes_along = metric is not None and (metric.resource in THINGS or row.source.startswith(OF_MODULES))
    return metric is not None and not (one_sided and comes_along)


def _title(rows: Sequence[DriftRow], metrics: Mapping[str, Metric]) -> str:
    names = [_name(row, metrics[row.source]) for row in rows]
    if len(rows) > 1:
        return f"{len(rows)} settings changed: {listed(names)}"
    row = rows[0]
    if row.before is None or row.after is None:
        return f"{names[0]} {'is new' if row.before is None else 'is gone'}: {_short(row.after or row.before or '')}"
    return f"{names[0]} changed from {_short(row.before)} to {_short(row.after)}"


def _name(row: DriftRow, metric: Metric) -> str:
    """A sysctl is known by its key; of anything else it must be said what it is."""
    if row.source == "sysctl":
        return row.key
    return f"{metric.title} {row.key}" if metric.labels else metric.title


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
