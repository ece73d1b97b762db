"""Logical volumes (LVM): how full thin pools and snapshots are, what is being copied, and which are not well.

Runs `lvs -a --reportformat json ...` (pairs before LVM 2.02.158). The instance is group/volume. data_percent of a thin
pool is the share of its data in use, of a snapshot that of its space for changes.

    {"report": [{"lv": [
       {"lv_name": "pool", "vg_name": "vg0", "lv_attr": "twi-aot---", "lv_size": "7075958620", "segtype": "thin-pool",
        "data_percent": "12.50", "metadata_percent": "3.10", "copy_percent": "", "lv_health_status": ""}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.lvm_reports import asking, rows
from snapper.collectors.text.tool_tables import share, size, word
from snapper.metric import Kind, Metric, Resource, Role, Worse

_metric = partial(
    Metric, resource=Resource.DISK, labels=("volume",), next="lvs -a -o +devices,lv_health_status",
    doc="https://man7.org/linux/man-pages/man8/lvs.8.html",
)  # fmt: skip
_share = partial(_metric, unit="ratio", kind=Kind.GAUGE, role=Role.UTILIZATION, worse=Worse.MORE)
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
# fmt: off
_SHARES: Final = {
    "data_percent": _share(
        name="lvs.data_percent", title="Thin pool or snapshot full",
        help="Share in use of a thin pool's data, or of a snapshot's space for changes. At 100 % a pool's writers stop "
             "and a snapshot is lost, however much space its file systems show."),
    "metadata_percent": _share(
        name="lvs.metadata_percent", title="Thin pool's metadata full",
        help="Share in use of a thin pool's metadata. At 100 % the pool turns read-only and has to be repaired."),
    "copy_percent": _share(
        name="lvs.copy_percent", role=Role.INTERNAL, worse=Worse.NEITHER, title="Copies of a volume in step",
        help="Share of a mirror, a RAID volume or a move that is copied already."),
}
_FACTS: Final = {
    "segtype": _fact(name="lvs.segtype", title="Kind of logical volume",
                     help="linear, striped, raid1, thin, thin-pool, snapshot, cache: how it lies on its disks."),
    "lv_size": _fact(name="lvs.size", title="Size of a logical volume", help="Bytes of the volume."),
    "lv_health_status": _fact(name="lvs.health", title="Health of a logical volume",
                              help="ok, or what is wrong: partial, refresh needed, mismatches exist, out of data."),
}
_UNWELL: Final = _metric(
    name="lvs.unwell", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Logical volume not well",
    help="1 for a volume that LVM says something is wrong with: a disk is missing, copies differ, or a pool is full.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each volume; one of several segments is told once, as of its first.

    Raises:
        ValueError: As `rows`, or a row without a volume's name.
    """
    seen: set[str] = set()
    for row in rows(text, "lv"):
        volume = _name(row)
        if volume in seen:
            continue
        seen.add(volume)
        for name, metric in _SHARES.items():
            if (value := share(word(row, name))) is not None:
                yield Reading(metric.name, value, volume)
        if kind := word(row, "segtype"):
            yield Reading(_FACTS["segtype"].name, kind, volume)
        if (many := size(word(row, "lv_size"))) is not None:
            yield Reading(_FACTS["lv_size"].name, f"{many:.0f} bytes", volume)
        if "lv_health_status" in row:
            health = word(row, "lv_health_status")
            yield Reading(_FACTS["lv_health_status"].name, health or "ok", volume)
            yield Reading(_UNWELL.name, int(bool(health)), volume)


def _name(row: dict[str, Any]) -> str:
    """Group and volume, without the brackets around one that LVM hides.

    >>> _name({"vg_name": "vg0", "lv_name": "[pool_tdata]"})
    'vg0/pool_tdata'
    """
    name = word(row, "lv_name").strip("[]")
    if not name:
        raise ValueError(f"lvs expected a volume's name, read {str(row)[:80]!r}.")
    return f"{word(row, 'vg_name')}/{name}" if word(row, "vg_name") else word(row, "lv_full_name") or name


COLLECTOR: Final = Collector(
    name="cmd.lvs",
    read=asking(
        "lvs",
        "lv_name,vg_name,lv_attr,lv_size,segtype,pool_lv,origin,data_percent,metadata_percent,copy_percent,"
        "lv_health_status",
        "-a",
    ),
    metrics=(*_SHARES.values(), *_FACTS.values(), _UNWELL),
    parse=parse,
    adds="how full thin pools and snapshots of LVM are, and which volumes are not well",
    needs="lvs (package lvm2); root; the device mapper loaded",
)
