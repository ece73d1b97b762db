"""What the kernel keeps in memory of files that were used, and asynchronous requests against their limit.

Reads four files of /proc/sys/fs; the key is the file's name.

    inode-nr      95814 0                          inodes in memory, those of them not in use
    dentry-state  123762 121802 45 0 27757 0       names in memory, unused ones, ..., names of no file (since 5.0)
    aio-nr        1024                             events that io_setup(2) was asked for, by all programs
    aio-max-nr    65536                            and how many it may be asked for

Before Linux 5.0 the fifth number of dentry-state is always 0; as a host that looked for files has names of files
that are not there, 0 is taken for not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/sysctl/fs.html"
_DENTRY: Final = 6
"""Numbers in dentry-state, on all kernels."""
_LIMIT: Final = ("sysctl[fs.aio-max-nr]",)

_gauge = partial(Metric, kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER)
_cache = partial(
    _gauge, resource=Resource.FILESYSTEM, history=True, next="slabtop -o -s c | head -15",
    moved_by=("sysctl[vm.vfs_cache_pressure]",),
)  # fmt: skip
_aio = partial(_gauge, unit="events", resource=Resource.FILES, doc=f"{_DOC}#aio-nr-aio-max-nr", moved_by=_LIMIT)

# fmt: off
_METRICS: Final = (
    _cache(name="inode.nr_inodes", unit="inodes", doc=f"{_DOC}#inode-nr-inode-state", title="Inodes in memory",
           help="Files and directories that the kernel knows from having used them. It grows with what was read and "
                "shrinks when memory is short."),
    _cache(name="inode.nr_free_inodes", unit="inodes", doc=f"{_DOC}#inode-nr-inode-state",
           title="Inodes in memory, not in use",
           help="Inodes kept in memory only in case they are needed again."),
    _cache(name="dentry.nr_dentry", unit="count", doc=f"{_DOC}#dentry-state", title="Names in memory",
           help="Directory entries that the kernel knows from having looked them up. It grows with what was looked "
                "for and shrinks when memory is short."),
    _cache(name="dentry.nr_unused", unit="count", doc=f"{_DOC}#dentry-state", title="Names in memory, not in use",
           help="Directory entries kept in memory only in case they are looked up again."),
    _cache(name="dentry.nr_negative", unit="count", doc=f"{_DOC}#dentry-state", worse=Worse.MORE,
           title="Names in memory of no file",
           help="Names that were looked for and are not there, remembered as such. Millions of them mean a program "
                "that asks for ever new names, and cost memory and time at each lookup."),
    _aio(name="aio.nr", title="Asynchronous requests reserved",
         help="Events that programs have asked io_setup(2) to make room for. Databases reserve thousands for each "
              "process."),
    _aio(name="aio.max_nr", worse=Worse.LESS, title="Asynchronous requests allowed",
         help="How many events all programs together may reserve (fs.aio-max-nr); beyond it io_setup(2) fails."),
)
# fmt: on
_UTILIZATION: Final = Derived(
    metric=_aio(
        name="aio.utilization",
        unit="ratio",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="Asynchronous requests against their limit",
        help="Share of fs.aio-max-nr that programs have reserved. At 100 % the next database to start cannot do "
        "asynchronous I/O and fails, or falls back to slower ways.",
        next="sysctl fs.aio-nr fs.aio-max-nr",
    ),
    inputs=("aio.nr", "aio.max_nr"),
    compute=truediv,
)
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "inode-nr": ("inode.nr_inodes", "inode.nr_free_inodes"),
    "dentry-state": ("dentry.nr_dentry", "dentry.nr_unused"),
    "aio-nr": ("aio.nr",),
    "aio-max-nr": ("aio.max_nr",),
}
"""Which metrics the first numbers of each file are."""
_COLUMNS: Final = {"inode-nr": 2, "dentry-state": _DENTRY, "aio-nr": 1, "aio-max-nr": 1}


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the numbers of one file.

    Raises:
        ValueError: They are not as many whole numbers as the kernel writes.

    >>> [reading.value for reading in parse("123762\t121802\t45\t0\t27757\t0\n", Origin(key="dentry-state"))]
    [123762, 121802, 27757]
    """
    file = origin.key
    if file not in _NAMES:
        raise ValueError(f"/proc/sys/fs/{file} is not among the files of this source: {', '.join(_NAMES)}.")
    words = text.split()
    numbers = [int(word) for word in words if word.isascii() and word.isdecimal()]
    if len(numbers) != len(words) or len(numbers) != _COLUMNS[file]:
        raise refused(f"/proc/sys/fs/{file}", 1, text, f"{_COLUMNS[file]} whole numbers")
    for name, number in zip(_NAMES[file], numbers, strict=False):  # the rest is a constant or nothing
        yield Reading(name, number)
    if file == "dentry-state" and numbers[4]:
        yield Reading("dentry.nr_negative", numbers[4])


COLLECTOR: Final = Collector(
    name="proc.sys.fs",
    read=Files(patterns=tuple(f"proc/sys/fs/{file}" for file in _NAMES), cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    derived=(_UTILIZATION,),
    adds="inodes and names in memory, asynchronous I/O against its limit",
    needs="CONFIG_PROC_SYSCTL; CONFIG_AIO for asynchronous I/O",
)
