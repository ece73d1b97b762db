"""Flagged series, put together into what a person would call one thing, and weighed.

One fault moves dozens of series. Those of one resource (of one disk, file system or interface) are
one group, told by its heaviest series; those of one program are another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from snapper.analyze.attribute import Arrival, Cast, culprits_of
from snapper.analyze.diff import Culprit, Tier
from snapper.analyze.judge import Judged, tells
from snapper.analyze.noise_class import is_incident
from snapper.analyze.table import Program
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools
from snapper.collectors.programs.program_metrics import STARTS
from snapper.metric import Metric, Resource, Role

DEVICES: Final = frozenset({Resource.DISK, Resource.FILESYSTEM, Resource.NETWORK, Resource.CGROUP})
"""Resources that a host has several of, each a group of its own."""
NAMED: Final = frozenset({"interface", "disk", "port"})
"""Labels whose name is the first word of an instance; what the device has several of (a counter) comes behind."""
WHOLE: Final = frozenset(
    {"mount", "cgroup", "array", "device", "controller", "group", "host", "map", "volume", "partition", "part", "pool"}
)
"""Labels whose name is all of an instance."""
ARRIVING: Final = DEVICES - {Resource.CGROUP}
"""Of these, those whose coming or going is news; of a control group, its programs tell that."""
SHARED: Final = frozenset({Resource.DISK, Resource.NETWORK})
"""Of these, some metrics speak of all devices together; what they say belongs to the device that changed most."""
FACELESS: Final = frozenset({Resource.PROGRAM, Resource.HOST})

Key = tuple[Resource, str, str]
"""Resource, device, and whether it is about faults or traffic, for a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Series that changed together."""

    rows: tuple[int, ...]
    """Of the comparison: the face first, then the others, heaviest first."""
    score: float
    tier: Tier
    culprits: tuple[Culprit, ...] = ()
    program: str = ""
    """`Program.instance`, where it is about one."""
    arrival: Arrival | Literal[""] = ""
    """`new` or `gone` where the program or device itself came or went."""


def tier_of(score: float, thresholds: Thresholds) -> Tier:
    """Where a finding of this score is put."""
    if score >= thresholds.headline:
        return "headline"
    return "minor" if score >= thresholds.minor else "context"


def resource_groups(judged: Judged, cast: Cast, thresholds: Thresholds) -> list[Group]:
    """The groups of flagged series that are not of programs.

    A group's score is its heaviest series, a little for each further one, and half of its
    culprit's weight times its share: a change that a program explains is likelier real.
    """
    gathered: defaultdict[Key, list[int]] = defaultdict(list)
    for row, metric in enumerate(judged.compared.metrics):
        if judged.flagged[row] and metric.resource not in FACELESS and not metric.alias_of:
            gathered[_key(metric, judged.compared.instances[row])].append(row)
    groups = [_resource_group(judged, cast, rows, thresholds) for rows in _adopted(judged, gathered)]
    return _innermost(judged, groups)


def program_groups(
    judged: Judged, cast: Cast, *, growing: Collection[int], attached: Collection[str], thresholds: Thresholds
) -> list[Group]:
    """The programs that changed, came or went.

    Args:
        judged: Verdicts on all series.
        cast: The programs and their rows.
        growing: Rows that keep growing; the face of a program that leaks.
        attached: Programs that a finding on a resource names already.
        thresholds: Weights and tiers.
    """
    compared = judged.compared
    groups = []
    for name, all_rows in cast.rows.items():
        rows = [row for row in all_rows if judged.flagged[row] and tells(compared.metrics[row])]
        arrival: Arrival | Literal[""] = cast.arrivals.get(name, "")
        lasting = name in cast.lasting
        restarted = name in cast.restarted
        if not (rows or lasting or restarted):
            continue
        score = cast.severities.get(name, 0.0) * (thresholds.program_attached if name in attached else 1.0)
        service = is_service(cast.programs[compared.instances[all_rows[0]]])
        if lasting:
            score = max(score, thresholds.service if service else thresholds.program_came)
        if restarted:
            score = max(score, thresholds.restarting)
        tier = tier_of(score, thresholds)
        if restarted:
            rows = [compared.row[STARTS.name, name], *rows]
        elif arrival and not lasting:
            tier = "context"  # somebody's passing command, whatever it took
        elif not (lasting and service):
            tier = _bounded(judged, rows, tier)
        groups.append(
            Group(
                rows=tuple(rows if restarted else _faces(judged, rows or all_rows, growing, thresholds)),
                score=score,
                tier=tier,
                program=name,
                arrival=arrival,
            )
        )
    return groups


def _faces(judged: Judged, rows: Sequence[int], growing: Collection[int], thresholds: Thresholds) -> list[int]:
    """What keeps growing first, then by weight."""
    return sorted(_by_weight(judged, rows, thresholds), key=lambda row: row not in growing)


def device_groups(judged: Judged, thresholds: Thresholds) -> list[Group]:
    """Disks, file systems and interfaces that came or went as a whole."""
    compared = judged.compared
    devices: defaultdict[tuple[Resource, str], list[int]] = defaultdict(list)
    for row, metric in enumerate(compared.metrics):
        device = device_of(metric, compared.instances[row])
        if metric.resource in ARRIVING and device:
            devices[metric.resource, device].append(row)
    groups = []
    for rows in devices.values():
        sides: tuple[tuple[Arrival, Bools], ...] = (("new", compared.came), ("gone", compared.went))
        for arrival, one_sided in sides:
            if all(one_sided[row] for row in rows):
                shown = sorted(rows, key=lambda row: not compared.metrics[row].primary)
                score = thresholds.instance_came
                tier = tier_of(score, thresholds)
                groups.append(Group(rows=tuple(shown[:1]), score=score, tier=tier, arrival=arrival))
    return groups


def device_of(metric: Metric, instance: str) -> str:
    """The disk, file system, interface or control group that a series is of; empty where it is of all, or of none.

    What a network tells apart is often no device: a type of ICMP message, a peer, a port number.

    >>> from snapper.collectors import catalogue
    >>> metrics = catalogue()
    >>> device_of(metrics["netdev.rx_bytes"], "eth0"), device_of(metrics["snmp.Tcp.InSegs"], "")
    ('eth0', '')
    """
    if metric.resource not in DEVICES or not metric.labels:
        return ""
    label = metric.labels[0]
    if label in NAMED:
        return instance.partition(" ")[0]
    return instance if label in WHOLE else ""


def is_service(program: Program) -> bool:
    """Whether somebody depends on its being there: a systemd service or a container, not a login's scope.

    >>> is_service(Program("nginx", "nginx.service")), is_service(Program("bash", "session.scope"))
    (True, False)
    """
    return bool(program.unit) and not program.unit.endswith((".scope", ".slice"))


def _key(metric: Metric, instance: str) -> Key:
    aspect = ""
    if metric.resource is Resource.NETWORK:
        aspect = "faults" if metric.role in {Role.ERRORS, Role.SATURATION} else "traffic"
    return metric.resource, device_of(metric, instance), aspect


def _adopted(judged: Judged, gathered: Mapping[Key, Sequence[int]]) -> list[list[int]]:
    """The groups, those that speak of all devices joined to the device that changed most, if any did."""
    groups = {key: list(rows) for key, rows in gathered.items()}
    for resource, _, aspect in [key for key in groups if key[0] in SHARED and not key[1]]:
        devices = [key for key in groups if key[0] is resource and key[1] and key[2] == aspect]
        if devices:
            heaviest = max(devices, key=lambda key: (max(judged.severity[row] for row in groups[key]), key[1]))
            groups[heaviest] += groups.pop((resource, "", aspect))
    return list(groups.values())


def _innermost(judged: Judged, groups: Sequence[Group]) -> list[Group]:
    """A control group counts what those in it do: where one of these changed, it is context."""
    compared = judged.compared
    paths = {
        compared.instances[group.rows[0]]: group
        for group in groups
        if compared.metrics[group.rows[0]].resource is Resource.CGROUP and group.tier != "context"
    }
    outer = {
        id(group)
        for path, group in paths.items()
        if any(other.startswith(path.rstrip("/") + "/") for other in paths if other != path)
    }
    return [replace(group, tier="context") if id(group) in outer else group for group in groups]


def _resource_group(judged: Judged, cast: Cast, rows: Sequence[int], thresholds: Thresholds) -> Group:
    metrics = judged.compared.metrics
    telling = [row for row in rows if tells(metrics[row])]
    ordered = _by_weight(judged, telling, thresholds)
    ordered += _by_weight(judged, [row for row in rows if row not in telling], thresholds)
    if not telling:
        return Group(rows=tuple(ordered), score=float(judged.severity[ordered[0]]), tier="context")
    culprits = culprits_of(judged, cast, ordered[0], thresholds)
    score = max(float(judged.severity[row]) for row in telling)
    score += thresholds.further * min(len(telling) - 1, thresholds.further_most)
    score += thresholds.culprit * max((culprit.share * culprit.severity for culprit in culprits), default=0.0)
    tier = _bounded(judged, telling, tier_of(score, thresholds))
    return Group(rows=tuple(ordered), score=score, tier=tier, culprits=culprits)


def _bounded(judged: Judged, rows: Sequence[int], tier: Tier) -> Tier:
    """How the kernel does it, without anything that it does, is no headline, nor is what too short a window shows.

    A failure that counts by itself is one however short the window was. What fills a cell of the USE matrix is always
    told.
    """
    metrics = [judged.compared.metrics[row] for row in rows]
    if tier == "context" and any(metric.primary for metric in metrics):
        return "minor"
    internal = all(metric.role is Role.INTERNAL for metric in metrics)
    doubtful = judged.compared.short and not any(is_incident(metric) for metric in metrics)
    return "minor" if (internal or doubtful) and tier == "headline" else tier


def _by_weight(judged: Judged, rows: Sequence[int], thresholds: Thresholds) -> list[int]:
    """What happens before how it happens, heaviest first, with a preference for what people know."""
    metrics, instances = judged.compared.metrics, judged.compared.instances

    def weight(row: int) -> tuple[bool, float, bool, str, str]:
        metric = metrics[row]
        weighed = -float(judged.severity[row]) * (thresholds.face if metric.primary else 1.0)
        return metric.role is Role.INTERNAL, weighed, not metric.primary, metric.name, instances[row]

    return sorted(rows, key=weight)
