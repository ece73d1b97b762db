"""Which limits users are given as they log in: open files, processes, locked memory.

Reads /etc/security/limits.conf and limits.d/*.conf of pam_limits: whom it is for, soft or hard or both (-), what is
limited, and the limit. Of two lines for the same the later counts, limits.conf before limits.d.

    *          soft  nofile   65536
    @realtime  -     rtprio   99
    root       -                          no limits at all, from wherever

Services do not log in: of them systemd has limits of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_LIMIT: Final = Metric(
    name="limits",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Limit of users",
    help="A limit that a user, a group (@) or everybody (*) gets with the login: files that a program may open, "
    "processes, memory that it may lock. It takes effect at the next login.",
    doc="https://man7.org/linux/man-pages/man5/limits.conf.5.html",
    labels=("limit",),
    next="ulimit -a; prlimit --pid PID",
)
_ENTRY: Final = re.compile(r"(\S+)\s+(soft|hard|-)\s+([a-z]+)\s+(-?[0-9]+|unlimited|infinity)")
_EXEMPT: Final = re.compile(r"(\S+)\s+-")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the limits of one file, `* soft nofile` for a name.

    Raises:
        ValueError: A line that is no limit.

    >>> [tuple(reading) for reading in parse("* soft nofile 65536 # enough\n", Origin(key="limits.conf"))]
    [('limits', '65536', '* soft nofile')]
    """
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        if match := _ENTRY.fullmatch(said):
            domain, kind, item, value = match.groups()
            yield Reading(_LIMIT.name, value, f"{domain} {kind} {item}")
        elif match := _EXEMPT.fullmatch(said):
            yield Reading(_LIMIT.name, "none", f"{match[1]} -")
        else:
            raise refused(f"/etc/security/{origin.key}", number, line, "whom, soft or hard or -, what, and the limit")


COLLECTOR: Final = Collector(
    name="etc.security.limits",
    read=Files(
        patterns=("etc/security/limits.conf", "etc/security/limits.[d]/*.conf"),
        cadence=Cadence.ONCE,
        max_bytes=64 * KIB,
        max_files=200,
    ),
    metrics=(_LIMIT,),
    parse=parse,
    adds="limits that users get with their login",
    needs="pam_limits, as most distributions have it",
)
