"""What every process reads and writes: through system calls, and from and to disks.

Reads /proc/PID/io (since Linux 2.6.20; root, or the process's own user), a number a line:

    rchar: 323934931
    read_bytes: 1388544

rchar and wchar count what read(2) and write(2) moved, also from caches, pipes and terminals;
read_bytes and write_bytes what went to or came from a block device. All threads are counted.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Readings
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import PerProcess

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields"

_counter = partial(
    Metric,
    kind=Kind.COUNTER,
    resource=Resource.PROGRAM,
    role=Role.WORKLOAD,
    worse=Worse.NEITHER,
    labels=("program",),
    doc=_DOC,
    next="pidstat -d 1 5",
)

# fmt: off
_METRICS: Final = (
    _counter(
        name="proc.rchar", title="Read by system calls", unit="bytes", role=Role.INTERNAL,
        help="Bytes that read(2) and its kin gave to the program, from disk, cache, pipe or terminal alike (sockets "
        "read by recv(2) are not counted). Demand: far above read_bytes means that the page cache serves it.",
    ),
    _counter(
        name="proc.wchar", title="Written by system calls", unit="bytes", role=Role.INTERNAL,
        help="Bytes that write(2) and its kin took from the program, to a file, pipe or terminal alike. Demand: far "
        "above write_bytes means that pages are written over before they reach the disk, or go elsewhere.",
    ),
    _counter(
        name="proc.syscr", title="Read calls", unit="calls", role=Role.INTERNAL,
        help="Calls of read(2) and its kin. Demand: many calls for few bytes are dear on CPU, a sign of small buffers.",
    ),
    _counter(
        name="proc.syscw", title="Write calls", unit="calls", role=Role.INTERNAL,
        help="Calls of write(2) and its kin. Demand: many calls for few bytes are dear on CPU, a sign of small "
        "buffers.",
    ),
    _counter(
        name="proc.read_bytes", title="Read from disk", unit="bytes", attributes=(Resource.DISK,),
        help="Bytes fetched from block devices for this program. Demand on the disk; more for the same work means "
        "that the page cache holds less of what it reads.",
        moved_by=("block.read_ahead_kb*", "sysctl[vm.vfs_cache_pressure]"),
    ),
    _counter(
        name="proc.write_bytes", title="Written to disk", unit="bytes", attributes=(Resource.DISK,),
        help="Bytes that this program made dirty and that are bound for block devices, counted when they are made "
        "dirty and not when they are written. Demand on the disk.",
        moved_by=("sysctl[vm.dirty_*]",),
    ),
    _counter(
        name="proc.cancelled_write_bytes", title="Writes cancelled", unit="bytes", role=Role.INTERNAL,
        help="Bytes made dirty that never reached a disk because the file was truncated or removed first: "
        "short-lived files. To be taken off write_bytes.",
    ),
)
# fmt: on

_NAMES: Final = tuple(metric.name for metric in _METRICS)
_LABELS: Final = [name.removeprefix("proc.") + ":" for name in _NAMES]
_NAME_OF: Final = dict(zip(_LABELS, _NAMES, strict=True))


def parse(text: str, origin: Origin) -> Readings:
    """Give the counters of one process; lines that a later kernel may add are passed over.

    Raises:
        ValueError: Anything but pairs of a name with a colon and a whole number, or the last line is cut off.
    """
    word = text.split() if text.endswith("\n") else []
    counts = word[1::2]
    try:
        if word[::2] != _LABELS:
            return _by_name(word[::2], counts)
        return Readings(_NAMES, tuple(map(int, counts)))
    except ValueError:
        raise ValueError(
            f"/proc/{origin.key}/io should be lines of a name, a colon and a whole number, and is {text[:80]!r}."
        ) from None


def _by_name(labels: list[str], counts: list[str]) -> Readings:
    """The slow way, for a kernel with more lines or fewer."""
    known = [(_NAME_OF[label], int(count)) for label, count in zip(labels, counts, strict=True) if label in _NAME_OF]
    if not known or not all(label.endswith(":") for label in labels):
        raise ValueError
    names, values = zip(*known, strict=True)
    return Readings(names, values)


COLLECTOR: Final = Collector(
    name="proc.pid.io",
    read=PerProcess(file="io"),
    metrics=_METRICS,
    parse=parse,
    adds="bytes that every program reads and writes: who loads the disk",
    needs="root for other users' processes; CONFIG_TASK_IO_ACCOUNTING",
)
