"""How many control groups each controller has, and whether it is enabled.

Reads /proc/cgroups (since Linux 2.6.24): a line for each controller under a heading.

    #subsys_name	hierarchy	num_cgroups	enabled
    memory	4	36	1

The number of a hierarchy is given at mounting and left out. Groups that were removed while something is
still charged to them count as well: with cgroup v1 a number that only grows is the one sign of their leaking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/cgroups"
_DOC: Final = "https://man7.org/linux/man-pages/man7/cgroups.7.html"

_METRICS: Final = (
    Metric(
        name="cgroups.num_cgroups",
        unit="count",
        kind=Kind.GAUGE,
        resource=Resource.CGROUP,
        role=Role.INTERNAL,
        worse=Worse.MORE,
        title="Control groups of a controller",
        help="Control groups of this controller, removed ones that still hold memory included. It follows services "
        "and containers; one that only grows is a leak, which makes memory accounting slow.",
        doc=_DOC,
        labels=("controller",),
        next="cat /proc/cgroups",
    ),
    Metric(
        name="cgroups.enabled",
        unit="text",
        kind=Kind.FACT,
        resource=Resource.CGROUP,
        role=Role.CONFIGURATION,
        worse=Worse.EITHER,
        title="Controller enabled",
        help="Whether this controller of control groups can be used (1) or was switched off at boot (0), with which "
        "its limits and accounts are gone.",
        doc=_DOC,
        labels=("controller",),
        next="cat /proc/cgroups",
    ),
)
_LINE: Final = re.compile(r"([a-z0-9_]+)\t([0-9]{1,9})\t([0-9]{1,9})\t([01])")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of groups of each controller, and whether it is enabled.

    Raises:
        ValueError: No heading, or a line that is not a name and three numbers.
    """
    heading, *lines = text.splitlines() or [""]
    if heading.split() != ["#subsys_name", "hierarchy", "num_cgroups", "enabled"]:
        raise refused(_PATH, 1, heading, "the heading '#subsys_name hierarchy num_cgroups enabled'")
    for number, line in enumerate(lines, start=2):
        match = _LINE.fullmatch(line)
        if not match:
            raise refused(_PATH, number, line, "a controller's name and three numbers")
        controller, _, groups, enabled = match.groups()
        yield Reading("cgroups.num_cgroups", int(groups), controller)
        yield Reading("cgroups.enabled", enabled, controller)


COLLECTOR: Final = Collector(
    name="proc.cgroups",
    read=File(path="proc/cgroups", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="how many control groups there are, leaked ones included",
    needs="CONFIG_CGROUPS",
)
