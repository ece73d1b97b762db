r"""What is to be mounted at boot, and how.

Reads /etc/fstab: device, mount point, type, options and two numbers, apart by white space; what is blank inside a
field is written as an octal number, `\040`. From the options on a field may be missing.

    UUID=05d927bb-5875-49e3-ada1-7f46cb31c932  /boot  xfs  defaults,noatime  0 0

Devices are left out: /proc/mounts says what is mounted now. A point that is there twice, as that of swap, has both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, File

_FSTAB: Final = Metric(
    name="fstab",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.FILESYSTEM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Mount at boot",
    help="Type and options with which a file system is to be mounted at boot. What is mounted now can differ, until "
    "the next boot.",
    doc="https://man7.org/linux/man-pages/man5/fstab.5.html",
    labels=("mount",),
    next="findmnt --verify; findmnt {instance}",
)
_ESCAPE: Final = re.compile(r"\\([0-3][0-7]{2})")
_DEFAULTS: Final = "defaults"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    r"""Yield type and options of each mount point; an empty file, or one of comments, says nothing.

    Raises:
        ValueError: A line with less than three fields, or with something else than a number in the fifth or sixth.

    >>> [tuple(reading) for reading in parse("/dev/vda2 /srv\\040a ext4 noatime 0 2\n", Origin())]
    [('fstab', 'ext4 noatime', '/srv a')]
    """
    points: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        fields = _without_comment(fields)
        if len(fields) < 3 or not all(re.fullmatch("[0-9]", field) for field in fields[4:]):
            raise refused("/etc/fstab", number, line, "device, mount point, type, options and two numbers")
        _, point, kind, options = (*fields[:4], _DEFAULTS)[:4]
        points.setdefault(_unescaped(point), []).append(f"{kind} {options}")
    for point, mounts in points.items():
        yield Reading(_FSTAB.name, "; ".join(mounts), point)


def _without_comment(fields: list[str]) -> list[str]:
    comment = next((place for place, field in enumerate(fields) if field.startswith("#")), len(fields))
    return fields[:comment]


def _unescaped(field: str) -> str:
    """A field with its octal numbers turned into what they stand for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), field)


COLLECTOR: Final = Collector(
    name="etc.fstab",
    read=File(path="etc/fstab", cadence=Cadence.ONCE, max_bytes=256 * KIB),
    metrics=(_FSTAB,),
    parse=parse,
    adds="how file systems are to be mounted at boot",
    needs="/etc/fstab",
)
