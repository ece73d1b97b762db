"""mdadm's own view of every array (md), as evidence beside sysfs and /proc/mdstat.

Runs `mdadm --detail /dev/mdN` for each array; the instance is the device that it names. A text may hold several of
them, and lines of warnings before and between.

    /dev/md127:
            Raid Level : raid1
          Raid Devices : 2
                 State : clean, degraded
        Failed Devices : 0
        Rebuild Status : 30% complete

        Number   Major   Minor   RaidDevice State
           0     254        1        0      active sync   /dev/vda1
           -       0        0        1      removed
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.tool_tables import share
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_metric = partial(
    Metric, resource=Resource.DISK, labels=("array",), next="mdadm --detail /dev/{instance}",
    doc="https://man7.org/linux/man-pages/man8/mdadm.8.html",
)  # fmt: skip
_count = partial(_metric, unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER)
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
# fmt: off
_COUNTS: Final = {
    "Raid Devices": _count(name="mdadm.raid_devices", title="Disks of the array (mdadm)",
                           help="How many disks the array has when it is whole, spares not counted."),
    "Total Devices": _count(name="mdadm.total_devices", title="Disks attached to the array (mdadm)",
                            help="How many disks are attached to the array, spares and failed ones included."),
    "Active Devices": _count(name="mdadm.active_devices", worse=Worse.LESS, title="Disks at work in the array (mdadm)",
                             help="How many disks are up to date and at work."),
    "Working Devices": _count(name="mdadm.working_devices", worse=Worse.LESS, title="Working disks (mdadm)",
                              help="How many disks are attached and have not failed, spares included."),
    "Failed Devices": _count(name="mdadm.failed_devices", role=Role.ERRORS, worse=Worse.MORE,
                             title="Failed disks in the array (mdadm)",
                             help="How many disks the array has thrown out. Each has to be replaced."),
    "Spare Devices": _count(name="mdadm.spare_devices", worse=Worse.LESS, title="Spare disks (mdadm)",
                            help="How many disks stand by to take the place of one that fails."),
}
_PROGRESS: Final = _count(
    name="mdadm.progress", unit="ratio", title="Rebuild or check done (mdadm)",
    help="Share of the array that the running rebuild, check or reshape has been through.")
_FACTS: Final = {
    "Raid Level": _fact(name="mdadm.level", title="RAID level (mdadm)", help="How the array spreads its data."),
    "State": _fact(name="mdadm.state", title="State of the array (mdadm)",
                   help="clean where it is well, written just now or not; degraded, recovering, reshaping or inactive "
                        "where it is not."),
    "Consistency Policy": _fact(name="mdadm.consistency_policy", title="Consistency after a crash (mdadm)",
                                help="How the array finds what to repair after a crash."),
}
_MEMBER: Final = _fact(
    name="mdadm.member", title="State of a disk in an array (mdadm)", labels=("member",),
    help="What mdadm says of each disk: active sync where it is up to date, spare, faulty or rebuilding where not.")
# fmt: on
_DEVICE: Final = re.compile(r"/dev/(?P<name>\S{1,200}):\s*")
_FIELD: Final = re.compile(r"\s*(?P<name>[A-Z][A-Za-z ]{2,30}?) : (?P<value>\S.*)")
_ROW: Final = re.compile(
    r"\s*(?:[0-9]+|-) +[0-9]+ +[0-9]+ +(?:[0-9]+|-) +(?P<state>[a-z].*?) {2,}/dev/(?P<disk>\S+)\s*"
)
_PROGRESSES: Final = frozenset({"Rebuild Status", "Resync Status", "Check Status", "Reshape Status"})


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each array.

    Raises:
        ValueError: The text names no device.
    """
    array = ""
    for line in text.splitlines():
        if begun := _DEVICE.fullmatch(line):
            array = begun["name"]
        elif array and (row := _ROW.fullmatch(line)):
            yield Reading(_MEMBER.name, " ".join(row["state"].split()), f"{array}/{row['disk']}")
        elif array and (field := _FIELD.fullmatch(line)):
            yield from _of_field(field["name"], " ".join(field["value"].split()), array)
    if not array and text.strip():
        raise ValueError(f"mdadm --detail expected a line '/dev/md0:', read {text[:60]!r}.")


def _of_field(name: str, value: str, array: str) -> Iterator[Reading]:
    if name in _COUNTS and value.isascii() and value.isdecimal() and len(value) < 10:
        yield Reading(_COUNTS[name].name, int(value), array)
    elif name in _FACTS:
        yield Reading(_FACTS[name].name, _settled(value) if name == "State" else value, array)
    elif name in _PROGRESSES and (done := share(value.partition(" ")[0])) is not None:
        yield Reading(_PROGRESS.name, done, array)


def _settled(state: str) -> str:
    """The state without clean and active, which take turns by themselves as the array is written.

    >>> _settled("active, degraded"), _settled("active"), _settled("inactive")
    ('degraded', 'clean', 'inactive')
    """
    return ", ".join(word for word in state.split(", ") if word not in {"clean", "active"}) or "clean"


COLLECTOR: Final = Collector(
    name="cmd.mdadm",
    read=Command(
        argv=("mdadm", "--detail", "/dev/{name}"),
        version=("mdadm", "--version"),
        cadence=Cadence.EDGES,
        each=("sys/block/md*/md",),
        max_bytes=256 * 1024,
    ),
    metrics=(*_COUNTS.values(), _PROGRESS, *_FACTS.values(), _MEMBER),
    parse=parse,
    adds="mdadm's own view of every array, to check ours against",
    needs="mdadm (package mdadm); root",
    judged=False,
)
