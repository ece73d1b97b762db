"""Which control group a file under /sys/fs/cgroup speaks of, and how its numbers are written.

cgroup v2 has one tree of groups; v1 has one for each controller, of the same groups, and a hybrid host has v2's
besides, without controllers, as `unified`. Keys of the files are paths below /sys/fs/cgroup:

    system.slice/nginx.service/cpu.stat                         v2
    cpu,cpuacct/system.slice/nginx.service/cpu.stat             v1

A group is named by its path, `/system.slice/nginx.service`, with what every start renews put as `*`
(`pid_cgroup.folded`), so that two runs line up: all containers of Docker are `/system.slice/docker-*.scope`.
What adds up may be added up over them; so a group without a limit says so among its like, as infinity.

Left out are the units that systemd makes for mounts, sockets and swaps, in which nothing runs to speak of: a quarter
of all groups. The root `/` is the whole host, whose use is told elsewhere; but to who looks from inside a container it
is the container itself, so that its limits, and what happens at them, are told where it has any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Reading
from snapper.collectors.programs.pid_cgroup import folded
from snapper.metric import Kind, Metric, Resource, Role, Worse

V2: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/cgroup-v2.html"
V1: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/cgroup-v1"

MOST_FILES: Final = 4000
"""Of one source: eight files of five hundred groups. What is beyond is left out, which the coverage tells."""

metric = partial(Metric, resource=Resource.CGROUP, labels=("cgroup",))
gauge = partial(metric, kind=Kind.GAUGE)
counter = partial(metric, kind=Kind.COUNTER)
fact = partial(metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

UNLIMITED: Final = "max"
_V1_UNLIMITED: Final = 2**62
"""v1 writes no limit as the largest number of whole pages, 2**63 less a page, which differs with the page."""

_CONTROLLERS: Final = frozenset(
    {
        "cpu", "cpuacct", "cpuset", "memory", "blkio", "pids", "devices", "freezer", "hugetlb", "perf_event",
        "net_cls", "net_prio", "rdma", "misc", "systemd", "elogind",
    }
)  # fmt: skip
"""Names of v1's trees; one with several controllers is called `cpu,cpuacct`."""
_UNIFIED: Final = "unified"
_IDLE_UNITS: Final = (".mount", ".swap", ".socket")
_NUMBER: Final = re.compile(r"[0-9]{1,20}")


class Place(NamedTuple):
    """Whose file it is."""

    group: str
    """The group's name, beginning with a slash; "/" for the root."""
    file: str
    hybrid: bool
    """It lies in the v2 tree of a host whose controllers are v1's."""
    path: str
    """Of the file, for what is to be said of it."""

    @property
    def root(self) -> bool:
        """Whether it is the host's, or to who looks from inside a container the container's."""
        return self.group == "/"

    @property
    def several(self) -> bool:
        """Whether other groups may bear the same name."""
        return "*" in self.group


def place_of(key: str) -> Place:
    """Take the key of a file apart.

    >>> place_of("cpu,cpuacct/docker/" + "0123456789abcdef" * 4 + "/cpu.stat")[:3]
    ('/docker/*', 'cpu.stat', False)
    >>> place_of("unified/init.scope/cpu.pressure")[:3], place_of("cpu.stat")[:3]
    (('/init.scope', 'cpu.pressure', True), ('/', 'cpu.stat', False))
    """
    *parts, file = key.split("/")
    tree = parts[0] if parts else ""
    if tree == _UNIFIED or (tree and _CONTROLLERS.issuperset(tree.split(","))):
        del parts[0]
    return Place("/" + "/".join(map(folded, parts)), file, tree == _UNIFIED, f"/sys/fs/cgroup/{key}")


def is_told(place: Place) -> bool:
    """Whether a group is worth series, and not a unit in which nothing runs.

    >>> is_told(place_of("system.slice/boot.mount/cpu.stat")), is_told(place_of("system.slice/cron.service/cpu.stat"))
    (False, True)
    """
    return not place.group.endswith(_IDLE_UNITS)


def whole(text: str, place: Place) -> int:
    """The number that a file holds.

    Raises:
        ValueError: Anything else.
    """
    value = text.strip()
    if not _NUMBER.fullmatch(value):
        raise wrong(place, "a whole number", text)
    return int(value)


def limit(text: str, place: Place) -> float:
    """The limit that a file holds; infinity for `max` and for the numbers that mean it in v1.

    Raises:
        ValueError: Anything else.
    """
    value = text.strip()
    if value == UNLIMITED:
        return math.inf
    if not _NUMBER.fullmatch(value):
        raise wrong(place, "a whole number or 'max'", text)
    return int(value) if int(value) < _V1_UNLIMITED else math.inf


def flat(text: str, place: Place) -> dict[str, int]:
    """Names and numbers, a pair a line. A last line without its line break is cut off, and is left out.

    Raises:
        ValueError: A line that is something else, or no line at all.
    """
    found: dict[str, int] = {}
    for line in text[: text.rfind("\n") + 1].splitlines():
        name, _, value = line.partition(" ")
        if not name or not _NUMBER.fullmatch(value):
            raise wrong(place, "lines of a name and a whole number", line)
        found[name] = int(value)
    if not found:
        raise wrong(place, "lines of a name and a whole number", text)
    return found


def limited(name: str, value: float, place: Place) -> Iterable[Reading]:
    """The reading of a limit; of none, only where it is to be told from the limits of others of that name."""
    return [Reading(name, value, place.group)] if math.isfinite(value) or place.several else []


def written(value: float) -> str:
    """A limit as a fact, the same for v1 and v2.

    >>> written(math.inf), written(65536)
    ('max', '65536')
    """
    return str(int(value)) if math.isfinite(value) else UNLIMITED


def wrong(place: Place, expected: str, read: str) -> ValueError:
    """The error for a text that is not the file's own; to be raised."""
    return ValueError(f"{place.path} should be {expected}, and is {read[:80]!r}.")
