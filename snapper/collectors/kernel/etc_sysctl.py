"""Which kernel settings somebody has written down, to be set at boot.

Reads /etc/sysctl.conf and /etc/sysctl.d/*.conf: a setting a line, `#` and `;` begin comments, and a dash in front
means that it does not matter whether the kernel has it. Of two lines for the same setting the later counts, sysctl.conf
before sysctl.d, and there in the order of the files' names, as systemd has it. A dash and a name alone exempts a
setting from a pattern's value.

    vm.swappiness = 10
    -net/ipv4/conf/eth0.100/rp_filter=2
    net.ipv4.conf.*.rp_filter=1

What distributions write down in /usr/lib/sysctl.d is theirs. What is set now, by whomever, is in proc.sys: a setting
that differs from what is written here was changed by hand, or the file since the last boot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_WRITTEN: Final = Metric(
    name="sysctl_conf",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Kernel setting at boot",
    help="A kernel setting that a file below /etc wants to be set at boot. Until then, or until somebody loads the "
    "file, the kernel has what it had.",
    doc="https://man7.org/linux/man-pages/man5/sysctl.d.5.html",
    labels=("key",),
    next="sysctl {instance}; grep -r {instance} /etc/sysctl.conf /etc/sysctl.d",
)
_LINE: Final = re.compile(r"-?([^\s=#;][^\s=]*)\s*=\s*(.*)")
_EXEMPT: Final = re.compile(r"-([^\s=]+)")
_EMPTY: Final = "(empty)"
_SECRET: Final = re.compile(r".*(?:_key|secret|passw\w*|_seed)")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the settings of one file, by the name that sysctl(8) gives them; secrets are left out.

    Raises:
        ValueError: A line that is neither a setting nor a comment.

    >>> [tuple(reading) for reading in parse("-net/ipv4/conf/eth0.1/rp_filter=2\n", Origin(key="sysctl.conf"))]
    [('sysctl_conf', '2', 'net.ipv4.conf.eth0/1.rp_filter')]
    """
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if not said or said[0] in "#;" or _EXEMPT.fullmatch(said):
            continue
        match = _LINE.fullmatch(said)
        if match is None:
            raise refused(f"/etc/{origin.key}", number, line, "a setting, '=' and its value")
        key = _dotted(match[1])
        if not _SECRET.fullmatch(key):
            yield Reading(_WRITTEN.name, " ".join(match[2].split()) or _EMPTY, key)


def _dotted(key: str) -> str:
    """A key whose first separator is a slash, in the form in which it is a dot.

    >>> _dotted("net/ipv4/conf/eth0.1/rp_filter"), _dotted("net.ipv4.conf.eth0/1.rp_filter")
    ('net.ipv4.conf.eth0/1.rp_filter', 'net.ipv4.conf.eth0/1.rp_filter')
    """
    separators = re.findall(r"[./]", key)
    return key.translate(str.maketrans("/.", "./")) if separators[:1] == ["/"] else key


COLLECTOR: Final = Collector(
    name="etc.sysctl",
    read=Files(
        patterns=("etc/sysctl.conf", "etc/sysctl.[d]/*.conf"), cadence=Cadence.ONCE, max_bytes=64 * KIB, max_files=500
    ),
    metrics=(_WRITTEN,),
    parse=parse,
    adds="kernel settings that are written down for the next boot",
    needs="/etc/sysctl.conf or /etc/sysctl.d",
)
