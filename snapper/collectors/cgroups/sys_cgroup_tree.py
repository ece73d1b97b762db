"""The tree of control groups itself: which version, which controllers, how many groups, and which are stopped.

Reads cgroup.controllers and cgroup.stat of cgroup v2's root (since Linux 4.5 and 4.14), cgroup.events of every group,
and of v1 freezer.state:

    nr_descendants 118            populated 1            THAWED
    nr_dying_descendants 3        frozen 0

A dying group was removed while something, page cache mostly, is still charged to it; it holds memory until
that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.cgroups.cgroup_files import (
    MOST_FILES,
    V1,
    V2,
    Place,
    fact,
    flat,
    gauge,
    is_told,
    place_of,
    wrong,
)
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = f"{V2}#core-interface-files"

_count = partial(gauge, unit="count", labels=(), doc=_DOC, next="cat /proc/cgroups; systemd-cgls")

# fmt: off
_METRICS: Final = (
    _count(
        name="cgroup.nr_descendants", role=Role.WORKLOAD, worse=Worse.NEITHER, title="Control groups",
        help="Control groups of the host (cgroup v2). It follows the number of services, sessions and containers.",
    ),
    _count(
        name="cgroup.nr_dying_descendants", role=Role.INTERNAL, worse=Worse.MORE, title="Dying control groups",
        help="Control groups that were removed while memory is still charged to them (cgroup v2). More and more, as "
        "of containers that come and go, is memory and time lost in the kernel.",
    ),
    fact(
        name="cgroup.controllers", labels=(), title="Controllers of cgroup v2", doc=_DOC,
        help="The controllers that cgroup v2 has on this host. What is missing is v1's, or not built into the kernel.",
        next="cat /sys/fs/cgroup/cgroup.controllers",
    ),
    fact(
        name="cgroup.frozen", title="Stopped group", doc=_DOC,
        help="1 where every task of the unit or container is stopped, as a paused container's are.",
        next="grep -s . /sys/fs/cgroup{,/freezer}{instance}/{cgroup.freeze,freezer.state}",
    ),
)
# fmt: on
_STATES: Final = {"THAWED": "0", "FREEZING": "1", "FROZEN": "1"}
_FREEZER: Final = f"{V1}/freezer-subsystem.html"


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the readings of one file, or none of a group or file that is not told of.

    Raises:
        ValueError: Not what the file should hold.
    """
    place = place_of(origin.key)
    if place.root and place.file == "cgroup.stat":
        return _stat(flat(text, place))
    if place.root and place.file == "cgroup.controllers":
        return _controllers(text, place)
    if not is_told(place):
        return []
    if place.file == "cgroup.events":
        return _events(flat(text, place), place)
    if place.file == "freezer.state":
        state = text.strip()
        if state not in _STATES:
            raise wrong(place, "THAWED, FREEZING or FROZEN", text)
        return [Reading("cgroup.frozen", _STATES[state], place.group)]
    return []


def _stat(fields: Mapping[str, int]) -> Iterator[Reading]:
    for name in ("nr_descendants", "nr_dying_descendants"):
        if name in fields:
            yield Reading(f"cgroup.{name}", fields[name])


def _controllers(text: str, place: Place) -> Iterator[Reading]:
    """Nothing where it lists none: all are v1's then."""
    names = text.split()
    if not all(name.replace("_", "").isalnum() for name in names):
        raise wrong(place, "names of controllers", text)
    if names:
        yield Reading("cgroup.controllers", " ".join(sorted(names)))


def _events(fields: Mapping[str, int], place: Place) -> Iterator[Reading]:
    """Of groups that have a process."""
    if fields.get("populated") and "frozen" in fields:
        yield Reading("cgroup.frozen", str(fields["frozen"]), place.group)


COLLECTOR: Final = Collector(
    name="sys.cgroup.tree",
    read=Files(
        patterns=(
            "sys/fs/cgroup/cgroup.controllers",
            "sys/fs/cgroup/cgroup.stat",
            "sys/fs/cgroup/*/cgroup.controllers",
            "sys/fs/cgroup/*/cgroup.stat",
            "sys/fs/cgroup/**/cgroup.events",
            "sys/fs/cgroup/**/freezer.state",
        ),
        cadence=Cadence.EDGES,
        max_files=MOST_FILES,
    ),
    metrics=_METRICS,
    parse=parse,
    adds="the version of control groups, their number, and which are paused",
    needs="cgroup v1 or v2 at /sys/fs/cgroup",
)
