"""How many open files the kernel holds, against how many it may.

Reads /proc/sys/fs/file-nr (since Linux 1.3): allocated file handles, allocated ones that nobody uses (0 since 2.6),
and fs.file-max. A file that is opened by ten processes on their own counts ten times, one that is inherited once.

    593	0	2466170
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/sys/fs/file-nr"
_FILES: Final = 3

_gauge = partial(
    Metric,
    unit="files",
    kind=Kind.GAUGE,
    resource=Resource.FILES,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/sysctl/fs.html#file-max-file-nr",
)
_METRICS: Final = (
    _gauge(
        name="files.allocated",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="Open files of the host",
        help="Files, sockets and pipes that all processes hold open. A number that only ever grows is a leak.",
        next="lsof -n | awk '{print $1}' | sort | uniq -c | sort -n | tail",
    ),
    _gauge(
        name="files.unused",
        title="File handles kept in reserve",
        help="File handles that are allocated and not in use; always 0 since Linux 2.6.",
    ),
    _gauge(
        name="files.max",
        worse=Worse.LESS,
        title="Limit of open files of the host",
        help="How many files may be open on the host altogether (fs.file-max); opening more fails.",
        moved_by=("sysctl[fs.file-max]",),
    ),
)
_NAMES: Final = tuple(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the three numbers.

    Raises:
        ValueError: They are not three whole numbers.
    """
    words = text.split()
    if len(words) != _FILES or not "".join(words).isdecimal():
        raise refused(_PATH, 1, text, "three whole numbers: allocated, unused and the limit")
    return (Reading(name, int(word)) for name, word in zip(_NAMES, words, strict=True))


def _used(allocated: Any, limit: Any, unused: Any) -> Any:
    return (allocated - unused) / limit


COLLECTOR = Collector(
    name="proc.sys.fs.file-nr",
    read=File(path="proc/sys/fs/file-nr"),
    metrics=_METRICS,
    parse=parse,
    derived=(
        Derived(
            metric=_gauge(
                name="files.utilization",
                unit="ratio",
                role=Role.UTILIZATION,
                worse=Worse.MORE,
                primary=True,
                title="Open files against their limit",
                help="Open files of the host as a share of fs.file-max. At 100 % no program but root's can open a file "
                "or a socket.",
                next="lsof -n | awk '{print $1}' | sort | uniq -c | sort -n | tail",
                moved_by=("sysctl[fs.file-max]",),
            ),
            inputs=("files.allocated", "files.max", "files.unused"),
            compute=_used,
        ),
    ),
    adds="open files of the whole host against their limit",
    needs="CONFIG_PROC_SYSCTL",
)
