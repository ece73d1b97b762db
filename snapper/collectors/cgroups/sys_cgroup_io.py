"""What every control group reads from and writes to each disk, and the limits that it has there.

Reads io.stat, io.max, io.weight and io.latency of cgroup v2 (since Linux 4.5), or of v1 blkio.throttle.io_service_bytes
and io_serviced in their recursive form (since 4.16), the throttle limits and weights:

    8:0 rbytes=18239488 wbytes=14274560 rios=2584 wios=475 dbytes=0 dios=0

    254:0 Read 10682368
    254:0 Write 10485760

Disks are told by their numbers (`lsblk` names them). A device mapper's and its disks' are both told, so that a sum over
disks would count twice; RAM disks and loop devices are left out. A device whose number stands alone was not used,
or its account is just being made, and some kernels put several such on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from snapper.collectors.cgroups.cgroup_files import MOST_FILES, V1, V2, Place, counter, fact, is_told, place_of, wrong
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Metric, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = f"{V2}#io-interface-files"
_DOC_V1: Final = f"{V1}/blkio-controller.html"
_DISK: Final = ("cgroup", "device")
_SHOW: Final = "lsblk -o NAME,MAJ:MIN,TYPE"
_flow = partial(
    counter, role=Role.WORKLOAD, worse=Worse.NEITHER, doc=_DOC, labels=_DISK, next=_SHOW,
    moved_by=("cgroup.io.*", "cgroup.blkio.*"),
)  # fmt: skip
_limit = partial(fact, labels=_DISK, next=_SHOW)
_weight = partial(fact, doc=_DOC, next="systemctl show -p IOWeight '*.service'")

# fmt: off
METRICS: Final[tuple[Metric, ...]] = (
    _flow(name="cgroup.io.rbytes", unit="bytes", title="Disk reads of a group",
          help="Bytes that the unit or container, and those below it, read from this disk. Demand; more for the same "
               "work means that its page cache holds less of what it reads."),
    _flow(name="cgroup.io.wbytes", unit="bytes", title="Disk writes of a group",
          help="Bytes that the group wrote to this disk, its share of background writing included where cgroup v2 "
               "accounts for it. Demand."),
    _flow(name="cgroup.io.rios", unit="operations", title="Disk read operations of a group",
          help="Reads that the group sent to this disk. Demand; more for the same bytes are smaller reads."),
    _flow(name="cgroup.io.wios", unit="operations", title="Disk write operations of a group",
          help="Writes that the group sent to this disk. Demand; more for the same bytes are smaller writes."),
    _limit(name="cgroup.io.max", title="I/O limit", doc=_DOC,
           help="The most that the group may read and write on this disk, in bytes and operations a second. What is "
                "beyond waits."),
    _limit(name="cgroup.io.latency", title="I/O latency target", doc=_DOC,
           help="Latency in µs that the group is promised on this disk; groups beside it are slowed down to keep it."),
    *(
        _limit(name=f"cgroup.blkio.throttle.{way}_{unit}_device", title=f"{title} limit (cgroup v1)", doc=_DOC_V1,
               help=f"The most {title.lower()} a second that the group may do on this disk. What is beyond waits.")
        for way, unit, title in (
            ("read", "bps", "Bytes read"), ("write", "bps", "Bytes written"),
            ("read", "iops", "Reads"), ("write", "iops", "Writes"),
        )
    ),
    _weight(name="cgroup.io.weight", title="I/O weight",
            help="Share of the disks against other groups beside this one, 100 by default. It counts only where a "
                 "disk is busy and its scheduler or io.cost heeds it."),
    _weight(name="cgroup.io.bfq.weight", title="I/O weight for the BFQ scheduler",
            doc="https://www.kernel.org/doc/html/v6.12/block/bfq-iosched.html",
            help="Share of the disks against other groups beside this one, 100 by default, where BFQ schedules."),
    _weight(name="cgroup.blkio.weight", title="I/O weight (cgroup v1)", doc=_DOC_V1,
            help="Share of the disks against other groups beside this one, 500 by default, where CFQ schedules."),
)
# fmt: on

_FIELDS: Final = frozenset({"rbytes", "wbytes", "rios", "wios"})
_SERVICED: Final = {
    "blkio.throttle.io_service_bytes": "bytes",
    "blkio.throttle.io_service_bytes_recursive": "bytes",
    "blkio.throttle.io_serviced": "ios",
    "blkio.throttle.io_serviced_recursive": "ios",
}
_LIMITS: Final = frozenset({"io.max", "io.latency"})
_LIMITS_V1: Final = re.compile(r"blkio\.throttle\.(?:read|write)_i?[bo]ps_device")
_WEIGHTS: Final = {
    "io.weight": "cgroup.io.weight",
    "io.bfq.weight": "cgroup.io.bfq.weight",
    "blkio.bfq.weight": "cgroup.io.bfq.weight",
    "blkio.weight": "cgroup.blkio.weight",
}
_DEVICE: Final = re.compile(r"[0-9]{1,8}:[0-9]{1,8}")
_PAIR: Final = re.compile(r"([a-z0-9_.]+)=([0-9.]{1,20}|max|[a-z]+)")
_UNKNOWN: Final = "(unknown)"
"""What a kernel writes for a disk that is just going."""
_UNREAL: Final = ("1:", "7:")
"""Majors of RAM disks and loop devices."""


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the readings of one file, or none of a group or file that is not told of.

    Raises:
        ValueError: Not what the file should hold.
    """
    place = place_of(origin.key)
    if not is_told(place):
        return []
    if place.file == "io.stat":
        return [] if place.root else _stat(text, place)
    if place.file in _SERVICED:
        return [] if place.root else _serviced(text, place, _SERVICED[place.file])
    if place.file in _LIMITS or _LIMITS_V1.fullmatch(place.file):
        return _settings(text, place)
    if place.file in _WEIGHTS:
        return _weights(text, place)
    return []


def _stat(text: str, place: Place) -> Iterator[Reading]:
    """The numbers of a line are those of the last device that stands before them."""
    for line in text[: text.rfind("\n") + 1].splitlines():
        words = line.split()
        devices = [word for word in words if _DEVICE.fullmatch(word) or word == _UNKNOWN]
        pairs = [_PAIR.fullmatch(word) for word in words[len(devices) :]]
        if not devices or devices != words[: len(devices)] or not all(pairs):
            raise wrong(place, "lines of a device and pairs such as 'rbytes=0'", line)
        fields = {match[1]: match[2] for match in pairs if match and match[1] in _FIELDS}
        if not all(value.isdecimal() for value in fields.values()):
            raise wrong(place, "whole numbers of bytes and operations", line)
        if devices[-1] != _UNKNOWN and not devices[-1].startswith(_UNREAL):
            for name, value in fields.items():
                yield Reading(f"cgroup.io.{name}", int(value), f"{place.group} {devices[-1]}")


def _serviced(text: str, place: Place, unit: str) -> Iterator[Reading]:
    """Lines of a device, a kind of operation and a number; the last is a total without a device."""
    for line in text[: text.rfind("\n") + 1].splitlines():
        device, _, rest = line.partition(" ")
        kind, _, value = rest.partition(" ")
        if device == "Total" and rest.isdecimal():
            continue
        if not (_DEVICE.fullmatch(device) and kind.isalpha() and value.isdecimal() and len(value) <= 20):
            raise wrong(place, "lines of a device, a kind of operation and a number", line)
        if kind in {"Read", "Write"} and not device.startswith(_UNREAL):
            yield Reading(f"cgroup.io.{kind[0].lower()}{unit}", int(value), f"{place.group} {device}")


def _settings(text: str, place: Place) -> Iterator[Reading]:
    """A line for each disk that has a limit; none where there is none."""
    for line in text.splitlines():
        device, _, value = line.partition(" ")
        if not _DEVICE.fullmatch(device) or not value.strip():
            raise wrong(place, "lines of a device and its limits", line)
        yield Reading(f"cgroup.{place.file}", value.strip(), f"{place.group} {device}")


def _weights(text: str, place: Place) -> Iterator[Reading]:
    """The default, with the disks that have another behind it."""
    words = [line.removeprefix("default ").strip() for line in text.splitlines()]
    if not words or not words[0].isdecimal() or not words[0].isascii():
        raise wrong(place, "a weight, alone or behind 'default'", text)
    yield Reading(_WEIGHTS[place.file], ", ".join(words), place.group)


COLLECTOR: Final = Collector(
    name="sys.cgroup.io",
    read=Files(
        patterns=("sys/fs/cgroup/**/io.[blmsw]*", "sys/fs/cgroup/**/blkio.[btw]*[et]"),
        cadence=Cadence.EDGES,
        max_files=MOST_FILES,
    ),
    metrics=METRICS,
    parse=parse,
    adds="bytes and operations of every unit and container on each disk, and its limits there",
    needs="cgroup v1 or v2 at /sys/fs/cgroup with the io (blkio) controller enabled",
)
