"""Facts of packages, from whichever package manager: one for each package, whatever number of versions it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse

package_metric = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("package",),
)

_FOR_A_KERNEL: Final = re.compile(r"(linux-[a-z][a-z-]*?|kernel-[a-z][a-z-]*?)-[0-9]+\.[0-9][\w.+~-]*")
"""Debian's packages of a kernel bear its release in their name: linux-image-6.1.0-28-amd64."""
_OF_ANY_MACHINE: Final = frozenset({"all", "noarch", "(none)"})


class Package(NamedTuple):
    """One package that is installed."""

    name: str
    machine: str
    """What it was compiled for: "amd64", "noarch"."""
    version: str


def package_facts(metric: str, packages: Iterable[Package]) -> Iterator[Reading]:
    """Yield a fact for each name, the versions sorted where there are several.

    A package for another machine than most is `libc6:i386`. Packages that are made anew for each
    kernel go by the name without its release, `linux-image`, so that another kernel is a changed fact, not two.

    >>> packages = [Package("linux-image-6.1.0-28-amd64", "amd64", "6.1.119-1"), Package("tar", "amd64", "1.34")]
    >>> [(reading.instance, reading.value) for reading in package_facts("dpkg", packages)]
    [('linux-image', '6.1.119-1'), ('tar', '1.34')]
    """
    installed = list(packages)
    machines = Counter(package.machine for package in installed if package.machine not in _OF_ANY_MACHINE)
    own = {*_OF_ANY_MACHINE, *(machine for machine, _ in machines.most_common(1))}
    versions: dict[str, set[str]] = {}
    for package in installed:
        match = _FOR_A_KERNEL.fullmatch(package.name)
        name = match[1] if match else package.name
        versions.setdefault(name if package.machine in own else f"{name}:{package.machine}", set()).add(package.version)
    for name, several in versions.items():
        yield Reading(metric, ", ".join(sorted(several)), name)
