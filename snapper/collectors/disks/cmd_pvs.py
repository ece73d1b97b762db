"""Disks and partitions that belong to volume groups (LVM), and which of them are missing.

Runs `pvs --reportformat json ...` (pairs before LVM 2.02.158). A disk that is missing has no name but "unknown device",
or "[unknown]", and is known by its UUID.

    {"report": [{"pv": [
       {"pv_name": "/dev/sda2", "vg_name": "vg0", "pv_uuid": "FPLCRf-d918-...", "pv_missing": "", "pv_free": "0"}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.lvm_reports import asking, rows
from snapper.collectors.text.tool_tables import size, word
from snapper.metric import Kind, Metric, Resource, Role, Worse

_metric = partial(
    Metric, resource=Resource.DISK, labels=("disk",), next="pvs -o +missing,uuid",
    doc="https://man7.org/linux/man-pages/man8/pvs.8.html",
)  # fmt: skip
# fmt: off
_GROUP: Final = _metric(
    name="pvs.group", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Volume group of a disk", help="The volume group that a disk or partition belongs to.")
_MISSING: Final = _metric(
    name="pvs.missing", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    alias_of="vgs.missing_pv_count", title="Disk missing from its volume group",
    help="1 for a disk that its volume group wants and that is not there.")
_FREE: Final = _metric(
    name="pvs.free", unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.LESS, alias_of="vgs.free",
    title="Free space of a disk of a volume group", help="Bytes of the disk that no volume has.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each disk that is in a group.

    Raises:
        ValueError: As `rows`, or a row without a disk's name.
    """
    for row in rows(text, "pv"):
        name, group = word(row, "pv_name"), word(row, "vg_name")
        if not name:
            raise ValueError(f"pvs expected a disk's name, read {str(row)[:80]!r}.")
        if not group:
            continue
        disk = name.removeprefix("/dev/") if name.startswith("/dev/") else word(row, "pv_uuid") or name
        yield Reading(_GROUP.name, group, disk)
        if "pv_missing" in row:
            yield Reading(_MISSING.name, int(bool(word(row, "pv_missing"))), disk)
        if (free := size(word(row, "pv_free"))) is not None:
            yield Reading(_FREE.name, free, disk)


COLLECTOR: Final = Collector(
    name="cmd.pvs",
    read=asking("pvs", "pv_name,vg_name,pv_uuid,pv_missing,pv_free,pv_size"),
    metrics=(_GROUP, _MISSING, _FREE),
    parse=parse,
    adds="which disks belong to which volume group, and which are missing",
    needs="pvs (package lvm2); root; the device mapper loaded",
)
