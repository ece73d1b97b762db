"""Which packages are installed, in which version, where dpkg manages them (Debian, Ubuntu).

Runs `dpkg-query -W` with a format of its own: name, machine, version and state, a package a line. Two letters of
state come first, wanted and found; only what is "i" for installed in the second counts.

    openssl amd64 3.0.15-1~deb12u1 ii
    linux-image-6.1.0-28-amd64 amd64 6.1.119-1 ii

The machine stands in a field of its own, not behind the name: `libsecret-1-0:amd64` would look like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.package_lists import Package, package_facts, package_metric
from snapper.collectors.text.refusal import refused
from snapper.record.plan import Cadence, Command

_PACKAGE: Final = package_metric(
    name="dpkg",
    title="Package",
    help="Version of a package that is installed. An update changes what programs do, and new libraries take effect "
    "as each program is started again.",
    doc="https://man7.org/linux/man-pages/man1/dpkg-query.1.html",
    next="zgrep ' {instance}' /var/log/dpkg.log*",
)
_LINE: Final = re.compile(r"([a-z0-9][a-z0-9+.-]*) (\S+) (\S+)? ?([a-z])([a-zA-Z])[R ]?")
_INSTALLED: Final = "i"


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the version of every package that is wholly installed; where there is none, dpkg is only a tool.

    Raises:
        ValueError: A line of another form, or lines and no package in them.

    >>> parse("tar amd64 1.34+dfsg-1.2 ii \n", Origin())
    [Reading(metric='dpkg', value='1.34+dfsg-1.2', instance='tar')]
    """
    packages = list(_packages(text))
    if text and not packages:
        raise refused("dpkg-query", 1, text, "a package that is installed")
    return list(package_facts(_PACKAGE.name, packages))


def _packages(text: str) -> Iterator[Package]:
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise refused("dpkg-query", number, line, "name, machine, version and state")
        if match[3] and match[5] == _INSTALLED:
            yield Package(match[1], match[2], match[3])


COLLECTOR: Final = Collector(
    name="cmd.dpkg",
    read=Command(
        argv=("dpkg-query", "-W", "-f", "${Package} ${Architecture} ${Version} ${db:Status-Abbrev}\n"),
        version=("dpkg-query", "--version"),
        cadence=Cadence.ONCE,
    ),
    metrics=(_PACKAGE,),
    parse=parse,
    adds="version of every package, to tell what an update has changed",
    needs="dpkg-query (package dpkg): distributions of Debian's family only",
)
