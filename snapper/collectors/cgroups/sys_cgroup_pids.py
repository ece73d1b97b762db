"""How many tasks every control group has, against how many it may have.

Reads pids.current, pids.max, pids.events and pids.peak (since Linux 4.3; events since 4.8, peak since 6.1), the same
in cgroup v1 and v2: a number, `max`, or a line `max 3`. Tasks are threads; those of groups below count as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.cgroups.cgroup_files import (
    MOST_FILES,
    V2,
    Place,
    counter,
    fact,
    flat,
    gauge,
    is_told,
    limit,
    limited,
    place_of,
    whole,
    written,
)
from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = f"{V2}#pid-interface-files"
_SHOW: Final = "systemctl show -p TasksCurrent -p TasksMax '*.service'"
_LIMITS: Final = ("cgroup.pids.max",)

_tasks = partial(gauge, unit="threads", doc=_DOC, next=_SHOW)

# fmt: off
_METRICS: Final = (
    _tasks(
        name="cgroup.pids.current", role=Role.INTERNAL, worse=Worse.MORE, title="Tasks of a group",
        help="Threads of the unit or container and of those below it. More under the same load, and above all more "
        "and more, means that they wait for something longer than before or are never ended.",
    ),
    _tasks(
        name="cgroup.pids.peak", role=Role.INTERNAL, worse=Worse.MORE, history=True, title="Most tasks of a group",
        help="The most threads that the group ever had: it remembers what was long before the capture.",
    ),
    _tasks(
        name="cgroup.pids.limit", role=Role.INTERNAL, worse=Worse.LESS, title="Task limit in threads",
        help="Threads that the group may have, where it has a limit.",
    ),
    counter(
        name="cgroup.pids.events.max", unit="errors", role=Role.ERRORS, worse=Worse.MORE, primary=True, doc=_DOC,
        title="Forks refused at the task limit", next=_SHOW, moved_by=_LIMITS,
        help="Times that the group could not start a process or thread because it was at its limit of tasks. Any is "
        "a fault: the program sees 'Resource temporarily unavailable'.",
    ),
    fact(
        name="cgroup.pids.max", title="Task limit", doc=_DOC, next="systemctl show -p TasksMax '*.service'",
        help="Threads that the group may have; max means no limit. At the limit, starting another fails.",
    ),
)
# fmt: on


def _utilization(current: Any, most: Any) -> Any:
    return current / most


_UTILIZATION: Final = Derived(
    metric=_tasks(
        name="cgroup.pids.utilization",
        unit="ratio",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="Tasks of a group against its limit",
        help="Threads of the group as a share of what it may have. At 100 % it can start no more.",
        moved_by=_LIMITS,
    ),
    inputs=("cgroup.pids.current", "cgroup.pids.limit"),
    compute=_utilization,
)


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the readings of one file, or none of a group or file that is not told of.

    Raises:
        ValueError: Not what the file should hold.
    """
    place = place_of(origin.key)
    if not is_told(place):
        return []
    if place.file in {"pids.current", "pids.peak"}:
        return [Reading(f"cgroup.{place.file}", whole(text, place), place.group)]
    if place.file == "pids.max":
        return _limit(text, place)
    if place.file == "pids.events":
        fields = flat(text, place)
        return [Reading("cgroup.pids.events.max", fields["max"], place.group)] if "max" in fields else []
    return []


def _limit(text: str, place: Place) -> Iterator[Reading]:
    value = limit(text, place)
    yield Reading("cgroup.pids.max", written(value), place.group)
    yield from limited("cgroup.pids.limit", value, place)


COLLECTOR: Final = Collector(
    name="sys.cgroup.pids",
    read=Files(patterns=("sys/fs/cgroup/**/pids.[cemp]*",), cadence=Cadence.EDGES, max_files=MOST_FILES),
    metrics=_METRICS,
    parse=parse,
    derived=(_UTILIZATION,),
    adds="threads of every unit and container against their limit, and forks refused there",
    needs="cgroup v1 or v2 at /sys/fs/cgroup with the pids controller enabled; Linux >= 4.3",
)
