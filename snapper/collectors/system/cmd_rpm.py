"""Which packages are installed, in which version, where rpm manages them (Red Hat, Fedora, SUSE).

Runs `rpm -qa` with a format of its own: name, machine, then epoch, version and release. Without an epoch it says
"(none)". Kernels are installed beside each other, so one name can have several versions.

    openssl x86_64 1:3.0.7-27.el9
    kernel-core x86_64 (none):5.14.0-427.13.1.el9_4
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
    name="rpm",
    title="Package",
    help="Version of a package that is installed, all of them where there are several. An update changes what programs "
    "do, and new libraries take effect as each program is started again.",
    doc="https://man7.org/linux/man-pages/man8/rpm.8.html",
    next="rpm -q --last {instance}; rpm -q --changelog {instance} | head",
)
_LINE: Final = re.compile(r"([A-Za-z0-9_][\w.+-]*) (\S+) (?:\(none\):|([0-9]+):)?([^\s:]+)")
_NO_PACKAGE: Final = "gpg-pubkey"
"""A key that signs packages, which rpm keeps among them."""


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the version of every package, as dnf writes it: the epoch only where there is one.

    Where there is no package at all, rpm is only a tool, and nothing is told.

    Raises:
        ValueError: A line of another form, or lines and no package in them.

    >>> parse("tar x86_64 2:1.34-6.el9\nsed x86_64 (none):4.8-9.el9\n", Origin())[0]
    Reading(metric='rpm', value='2:1.34-6.el9', instance='tar')
    """
    packages = list(_packages(text))
    if text and not packages:
        raise refused("rpm -qa", 1, text, "a package that is installed")
    return list(package_facts(_PACKAGE.name, packages))


def _packages(text: str) -> Iterator[Package]:
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise refused("rpm -qa", number, line, "name, machine, epoch, version and release")
        name, machine, epoch, version = match.groups()
        if name != _NO_PACKAGE:
            yield Package(name, machine, f"{epoch}:{version}" if epoch and int(epoch) else version)


COLLECTOR: Final = Collector(
    name="cmd.rpm",
    read=Command(
        argv=("rpm", "-qa", "--qf", r"%{NAME} %{ARCH} %{EPOCH}:%{VERSION}-%{RELEASE}\n"),
        version=("rpm", "--version"),
        cadence=Cadence.ONCE,
        timeout=10.0,
    ),
    metrics=(_PACKAGE,),
    parse=parse,
    adds="version of every package, to tell what an update has changed",
    needs="rpm (package rpm): distributions of Red Hat's and SUSE's family only",
)
