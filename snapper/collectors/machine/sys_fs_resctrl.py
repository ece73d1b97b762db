"""Last-level cache and memory bandwidth of groups of tasks, where the processor measures and divides them.

Reads /sys/fs/resctrl (since Linux 4.10; to be mounted; Intel RDT, AMD QoS, Arm MPAM): of every group and cache domain
llc_occupancy, mbm_total_bytes and mbm_local_bytes, one number each, and of every group its schemata and mode.

    mon_data/mon_L3_00/llc_occupancy                      16234000
    batch/mon_groups/job/mon_data/mon_L3_01/mbm_total_bytes   Unavailable

Occupancy is a level in bytes, the mbm files count bytes. `Unavailable` and `Error` mean that the hardware could
not tell just now. The numbers of a group that has monitor groups below it cover those as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.pid_cgroup import folded
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_metric = partial(
    Metric,
    doc="https://www.kernel.org/doc/html/v6.12/arch/x86/resctrl.html",
    next="grep -r . /sys/fs/resctrl/mon_data",
)
_flow = partial(
    _metric, unit="bytes", kind=Kind.COUNTER, resource=Resource.MEMORY, role=Role.WORKLOAD, worse=Worse.NEITHER,
    labels=("group", "domain"), moved_by=("resctrl.schemata",),
)  # fmt: skip
_fact = partial(
    _metric, unit="text", kind=Kind.FACT, resource=Resource.MEMORY, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("group",), next="grep -r . /sys/fs/resctrl --include=schemata",
)  # fmt: skip

# fmt: off
_METRICS: Final = (
    _metric(name="resctrl.llc_occupancy", unit="bytes", kind=Kind.GAUGE, resource=Resource.CPU, role=Role.INTERNAL,
            worse=Worse.NEITHER, labels=("group", "domain"), title="Last-level cache of a group",
            help="Bytes of this last-level cache that the group's data fill. Less for the same work means that a "
                 "neighbour pushes it out, and that it waits for memory more often.",
            moved_by=("resctrl.schemata",)),
    _flow(name="resctrl.mbm_total_bytes", title="Memory bandwidth of a group",
          help="Bytes that pass between this last-level cache and memory for the group. Demand; near what the memory "
               "can do, everybody's accesses take longer."),
    _flow(name="resctrl.mbm_local_bytes", role=Role.INTERNAL, title="Local memory bandwidth of a group",
          help="The part of the group's memory traffic that goes to the memory of the same node. Less of the total "
               "means more accesses to far memory."),
    _fact(name="resctrl.schemata", title="Shares of cache and memory bandwidth",
          help="Which parts of each cache the group may fill, as bits in hexadecimal, and how much memory bandwidth it "
               "may use, in per cent or MB/s."),
    _fact(name="resctrl.mode", title="Mode of a resource group",
          help="Whether others may use the group's parts of the cache: shareable, exclusive, or pseudo-locked."),
)
# fmt: on
_MONITORED: Final = re.compile(
    r"(?:(.+)/)?mon_data/mon_([A-Za-z0-9_]+)/(llc_occupancy|mbm_total_bytes|mbm_local_bytes)"
)
_SETTING: Final = re.compile(r"(?:(.+)/)?(schemata|mode)")
_UNKNOWN: Final = frozenset({"Unavailable", "Error", "Unassigned"})
_MODES: Final = frozenset({"shareable", "exclusive", "pseudo-locksetup", "pseudo-locked"})
_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_SCHEMA: Final = re.compile(r"[A-Z][A-Z0-9_]*:[0-9]+=[0-9a-z]+(?:;[0-9]+=[0-9a-z]+)*")


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the reading of one file, or nothing where the hardware could not tell, or for a file not known.

    Raises:
        ValueError: Not what the file should hold.
    """
    value = text.strip()
    if monitored := _MONITORED.fullmatch(origin.key):
        if value in _UNKNOWN:
            return []
        if not _NUMBER.fullmatch(value):
            raise _refused(origin, "a whole number", text)
        return [Reading(f"resctrl.{monitored[3]}", int(value), f"{_group(monitored[1])} {monitored[2]}")]
    setting = _SETTING.fullmatch(origin.key)
    if not setting or (setting[1] or "").startswith("info"):
        return []
    lines = [line.strip() for line in value.splitlines()]
    if setting[2] == "mode" and value not in _MODES:
        raise _refused(origin, "shareable, exclusive or pseudo-locked", text)
    if setting[2] == "schemata" and not (lines and all(map(_SCHEMA.fullmatch, lines))):
        raise _refused(origin, "lines such as 'L3:0=fff;1=fff'", text)
    return [Reading(f"resctrl.{setting[2]}", " ".join(sorted(lines)), _group(setting[1]))]


def _group(path: str | None) -> str:
    """A group's name: its control group's, and its own behind a slash where it only monitors.

    >>> _group(None), _group("batch"), _group("batch/mon_groups/job"), _group("mon_groups/job")
    ('/', '/batch', '/batch/job', '/job')
    """
    return "/" + "/".join(folded(part) for part in (path or "").split("/") if part and part != "mon_groups")


def _refused(origin: Origin, expected: str, text: str) -> ValueError:
    return ValueError(f"/sys/fs/resctrl/{origin.key} should be {expected}, and is {text[:80]!r}.")


COLLECTOR: Final = Collector(
    name="sys.fs.resctrl",
    read=Files(
        patterns=(
            "sys/fs/resctrl/**/llc_occupancy",
            "sys/fs/resctrl/**/mbm_*_bytes",
            "sys/fs/resctrl/**/schemata",
            "sys/fs/resctrl/**/mode",
        ),
        cadence=Cadence.EDGES,
        max_files=2000,
    ),
    metrics=_METRICS,
    parse=parse,
    adds="last-level cache and memory bandwidth of groups of tasks",
    needs="a processor with cache and bandwidth monitoring, and resctrl mounted at /sys/fs/resctrl; Linux >= 4.10",
)
