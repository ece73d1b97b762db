"""Which distribution and release this is.

Reads /usr/lib/os-release, to which /etc/os-release points: a shell assignment a line.

    VERSION_ID="12"
    ID=debian
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

FIELD: Final = Metric(
    name="os_release",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Distribution",
    help="Name and release of the distribution. Another release brings other libraries, defaults and usually another "
    "kernel, any of which can explain a change.",
    doc="https://man7.org/linux/man-pages/man5/os-release.5.html",
    labels=("field",),
    next="cat /etc/os-release",
)

_LINE: Final = re.compile(r"""([A-Za-z0-9_]+)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']*)\s*""")
_ADORNMENT: Final = re.compile(r".*_URL|ANSI_COLOR|LOGO|.*_CONTENT")  # says nothing about what runs


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give each field that tells releases apart; links and colours are passed over, as are comments.

    Raises:
        ValueError: A line that is no assignment, or no field at all.

    >>> parse("ID=debian\nVERSION_ID=\"12\"\n", Origin())[1]
    Reading(metric='os_release', value='12', instance='VERSION_ID')
    """
    readings: list[Reading] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"/usr/lib/os-release:{number} should be NAME=value, and is {line[:80]!r}.")
        value = _unquoted(match[2])
        if value and not _ADORNMENT.fullmatch(match[1]):
            readings.append(Reading(FIELD.name, value, match[1]))
    if not readings:
        raise ValueError("/usr/lib/os-release should have lines as 'ID=debian', and has none.")
    return readings


def _unquoted(value: str) -> str:
    r"""A value less its quotes; between double quotes a backslash protects what follows, as in a shell.

    >>> _unquoted("'a b'"), _unquoted('"a \\"b\\""'), _unquoted("plain")
    ('a b', 'a "b"', 'plain')
    """
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value.strip("'")


COLLECTOR: Final = Collector(
    name="etc.os-release",
    read=File(path="usr/lib/os-release", cadence=Cadence.ONCE),
    metrics=(FIELD,),
    parse=parse,
    adds="distribution and release",
    needs="/usr/lib/os-release, which every distribution with systemd has",
)
