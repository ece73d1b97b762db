"""Data that waits to be written to each device, against the share of memory that it may take.

Reads /sys/kernel/debug/bdi/DEVICE/stats (since Linux 2.6.31; root only), a field a line; the key is `8:0/stats`. kB are
1024 bytes. BdiDirtied and BdiWritten count up; BdiWriteBandwidth is what the kernel makes of past writing, and b_*
are numbers of inodes that wait.

    BdiWriteback:               64 kB
    BdiReclaimable:           1744 kB
    BdiDirtyThresh:        3017460 kB
    DirtyThresh:           4847656 kB
    BdiDirtied:            2771860 kB
    BdiWritten:            2221332 kB
    BdiWriteBandwidth:        7604 kBps
    b_dirty:                   391

Devices are named as in `sys_class_bdi`; those that never wrote anything are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/mm/backing-dev.c"
_LINE: Final = re.compile(r"(?P<name>\w+): +(?P<value>[0-9]{1,20})(?: (?P<unit>kB|kBps))?")
_DIRTY: Final = ("bdi.*", "sysctl[vm.dirty_*]")

_gauge = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.DISK, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC,
    labels=("device",), moved_by=_DIRTY, next="cat /sys/kernel/debug/bdi/{instance}/stats",
)  # fmt: skip
_bytes = partial(_gauge, unit="bytes")
_flow = partial(_bytes, kind=Kind.COUNTER)
# fmt: off
_METRICS: Final = (
    _bytes(name="bdi.BdiWriteback", worse=Worse.MORE, title="Data being written to a device",
           help="Data that is on its way to the device just now."),
    _bytes(name="bdi.BdiReclaimable", worse=Worse.MORE, title="Data waiting to be written to a device",
           help="Data that programs have written to files and that has yet to go to the device."),
    _bytes(name="bdi.BdiDirtyThresh", worse=Worse.LESS, history=True, title="Data that may wait for a device",
           help="How much data may wait for this device before its writers are slowed down; devices that wrote much "
                "of late get a larger share."),
    _flow(name="bdi.BdiDirtied", title="Data written to files of a device",
          help="Data that programs wrote to files on this device, before the kernel wrote it out."),
    _flow(name="bdi.BdiWritten", title="Data written out to a device",
          help="Data that the kernel wrote out to this device for programs."),
    _gauge(name="bdi.BdiWriteBandwidth", unit="bytes/s", worse=Worse.LESS, history=True,
           title="Write bandwidth the kernel believes in",
           help="What the kernel holds this device to be able to write, made from past writing. It remembers what was "
                "before the capture."),
    _gauge(name="bdi.b_dirty", unit="inodes", title="Files waiting to be written",
           help="Files with data or attributes that wait for their turn to be written out."),
    _gauge(name="bdi.b_io", unit="inodes", worse=Worse.MORE, title="Files queued to be written",
           help="Files whose turn to be written out has come."),
    _gauge(name="bdi.b_more_io", unit="inodes", worse=Worse.MORE, title="Files only partly written",
           help="Files whose turn was over before all of their data was written out. More means that the device does "
                "not keep up."),
)
# fmt: on
_KNOWN: Final = {metric.name.removeprefix("bdi."): metric for metric in _METRICS}
_SCALE: Final = {"kB": KIB, "kBps": KIB, None: 1}


def _share(reclaimable: Any, writeback: Any, threshold: Any) -> Any:
    return (reclaimable + writeback) / threshold


_SATURATION: Final = Derived(
    metric=_gauge(
        name="bdi.dirty_share",
        unit="ratio",
        role=Role.SATURATION,
        worse=Worse.MORE,
        title="Data waiting for a device against what may",
        help="Data that waits to be written to the device as a share of what may wait. From about a half upwards the "
        "kernel makes the writers wait until the device has caught up.",
    ),
    inputs=("bdi.BdiReclaimable", "bdi.BdiWriteback", "bdi.BdiDirtyThresh"),
    compute=_share,
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the fields of one device.

    Raises:
        ValueError: A line that is not a name, a whole number and perhaps a unit.
    """
    device = origin.key.partition("/")[0]
    values: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        field = _LINE.fullmatch(line.rstrip())
        if not field:
            raise refused(f"/sys/kernel/debug/bdi/{origin.key}", number, line, "a line as 'BdiWriteback: 0 kB'")
        values[field["name"]] = int(field["value"]) * _SCALE[field["unit"]]
    if values.get("BdiDirtied") or values.get("BdiWritten"):
        for name in _KNOWN.keys() & values.keys():
            yield Reading(_KNOWN[name].name, values[name], device)


COLLECTOR: Final = Collector(
    name="sys.kernel.debug.bdi",
    read=Files(patterns=("sys/kernel/debug/bdi/*/stats",), cadence=Cadence.EDGES, max_files=1_000),
    metrics=_METRICS,
    parse=parse,
    derived=(_SATURATION,),
    adds="data that waits to be written, device by device",
    needs="root, and debugfs mounted: mount -t debugfs none /sys/kernel/debug",
)
