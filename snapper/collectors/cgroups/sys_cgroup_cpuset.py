"""On which CPUs, and in which nodes' memory, every control group may run.

Reads cpuset.cpus, cpuset.mems and the effective lists of cgroup v2 (since Linux 5.0: cpuset.cpus.effective) or v1
(since 4.2: cpuset.effective_cpus): lists of numbers, `0-3,8`. An empty list means that the group has none of its own.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.cgroups.cgroup_files import MOST_FILES, V2, fact, is_told, place_of, wrong
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.record.plan import Cadence, Files

_fact = partial(fact, doc=f"{V2}#cpuset-interface-files", next="systemctl show -p AllowedCPUs '*.service'")

# fmt: off
_METRICS: Final = (
    _fact(name="cgroup.cpuset.cpus", title="CPUs asked for",
          help="The CPUs that the group is to run on, where it has a list of its own. Fewer of them make it wait while "
               "others stand idle."),
    _fact(name="cgroup.cpuset.cpus.effective", title="CPUs of a group",
          help="The CPUs that the group really has: those asked for, less what the groups above it lack and what is "
               "offline."),
    _fact(name="cgroup.cpuset.mems", title="Memory nodes asked for",
          help="The NUMA nodes whose memory the group is to use, where it has a list of its own."),
    _fact(name="cgroup.cpuset.mems.effective", title="Memory nodes of a group",
          help="The NUMA nodes whose memory the group really may use. Other nodes than those of its CPUs make every "
               "access slower."),
    _fact(name="cgroup.cpuset.cpus.partition", title="CPUs set apart",
          help="Whether the group has its CPUs to itself: member (no), root (yes), isolated (without load balancing)."),
)
# fmt: on
_FILES: Final = {
    "cpuset.cpus": "cgroup.cpuset.cpus",
    "cpuset.cpus.effective": "cgroup.cpuset.cpus.effective",
    "cpuset.effective_cpus": "cgroup.cpuset.cpus.effective",
    "cpuset.mems": "cgroup.cpuset.mems",
    "cpuset.mems.effective": "cgroup.cpuset.mems.effective",
    "cpuset.effective_mems": "cgroup.cpuset.mems.effective",
}
_PARTITION: Final = "cpuset.cpus.partition"
_LIST: Final = re.compile(r"(?:[0-9]+(?:-[0-9]+)?)(?:,[0-9]+(?:-[0-9]+)?)*")


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the fact of one file, or nothing of a group or file that is not told of, or for an empty list.

    Raises:
        ValueError: No list of numbers.
    """
    place = place_of(origin.key)
    value = text.strip()
    if not is_told(place) or not value:
        return []
    if place.file == _PARTITION:
        return [Reading("cgroup.cpuset.cpus.partition", value, place.group)]
    if place.file not in _FILES:
        return []
    if not _LIST.fullmatch(value):
        raise wrong(place, "a list of numbers such as '0-3,8'", text)
    return [Reading(_FILES[place.file], value, place.group)]


COLLECTOR: Final = Collector(
    name="sys.cgroup.cpuset",
    read=Files(patterns=("sys/fs/cgroup/**/cpuset.[cem]*",), cadence=Cadence.ONCE, max_files=MOST_FILES),
    metrics=_METRICS,
    parse=parse,
    adds="the CPUs and memory nodes that every unit and container is held to",
    needs="cgroup v1 or v2 at /sys/fs/cgroup with the cpuset controller enabled",
)
