"""Volume groups (LVM): their size, what is free to grow into, and disks that are missing.

Runs `vgs --reportformat json ...` (pairs before LVM 2.02.158).

    {"report": [{"vg": [
       {"vg_name": "vg0", "vg_size": "511587647488", "vg_free": "4194304", "pv_count": "2",
        "vg_missing_pv_count": "0"}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.lvm_reports import asking, rows
from snapper.collectors.text.tool_tables import number, size, word
from snapper.metric import Kind, Metric, Resource, Role, Worse

_metric = partial(
    Metric, resource=Resource.DISK, labels=("group",), next="vgs; pvs -o +missing",
    doc="https://man7.org/linux/man-pages/man8/vgs.8.html",
)  # fmt: skip
# fmt: off
_SIZE: Final = _metric(
    name="vgs.size", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Size of a volume group", help="Bytes of all disks of the group together.")
_FREE: Final = _metric(
    name="vgs.free", unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.LESS,
    title="Free space of a volume group",
    help="Bytes that no volume has. With none left, thin pools cannot be extended and snapshots cannot be made.")
_DISKS: Final = _metric(
    name="vgs.pv_count", unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
    title="Disks of a volume group", help="Disks and partitions that the group is made of.")
_MISSING: Final = _metric(
    name="vgs.missing_pv_count", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Disks missing from a volume group",
    help="Disks of the group that are not there. Volumes on them do not work, or have lost a copy.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each group.

    Raises:
        ValueError: As `rows`, or a row without a group's name.
    """
    for row in rows(text, "vg"):
        group = word(row, "vg_name")
        if not group:
            raise ValueError(f"vgs expected a group's name, read {str(row)[:80]!r}.")
        if (whole := size(word(row, "vg_size"))) is not None:
            yield Reading(_SIZE.name, f"{whole:.0f} bytes", group)
        if (free := size(word(row, "vg_free"))) is not None:
            yield Reading(_FREE.name, free, group)
        if (disks := number(row.get("pv_count"))) is not None:
            yield Reading(_DISKS.name, disks, group)
        if (missing := number(row.get("vg_missing_pv_count"))) is not None:
            yield Reading(_MISSING.name, missing, group)


COLLECTOR: Final = Collector(
    name="cmd.vgs",
    read=asking("vgs", "vg_name,vg_attr,vg_size,vg_free,pv_count,lv_count,vg_missing_pv_count"),
    metrics=(_SIZE, _FREE, _DISKS, _MISSING),
    parse=parse,
    adds="free space of volume groups, and disks missing from them",
    needs="vgs (package lvm2); root; the device mapper loaded",
)
