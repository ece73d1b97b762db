"""Disks that are reached over several paths, and paths that have failed.

Runs `multipath -ll`. A map begins with its name, then its groups of paths, each path a line: address, disk, numbers,
state in the kernel, verdict of the path checker, state of the device. Lines of warnings between are passed over.

    mpathg (36f01faf000da360b0000033c528fea6d) dm-2 DELL,MD36xxi
    size=54T features='3 queue_if_no_path pg_init_retries 50' hwhandler='1 rdac' wp=rw
    |-+- policy='round-robin 0' prio=0 status=active
    | |- 12:0:0:1 sdc 8:32   active ready running
    | `- 17:0:0:1 sdv 65:80  failed faulty running
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.lvm_reports import LOADED
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_metric = partial(
    Metric, resource=Resource.DISK, labels=("map",), next="multipath -ll {instance}",
    doc="https://man7.org/linux/man-pages/man8/multipath.8.html",
)  # fmt: skip
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
# fmt: off
_PATHS: Final = _metric(
    name="multipath.paths", unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.LESS,
    title="Paths to a disk", help="Paths that lead to this disk, those that failed included.")
_FAILED: Final = _metric(
    name="multipath.failed_paths", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Failed paths to a disk",
    help="Paths that the kernel or the path checker holds to have failed. More is worse: less throughput, and with the "
         "last one I/O stops.")
_FEATURES: Final = _fact(
    name="multipath.features", title="Features of a multipath disk",
    help="queue_if_no_path makes I/O wait for ever when all paths are gone; without, programs get an error.")
_POLICY: Final = _fact(
    name="multipath.policy", title="Choice of a path",
    help="How the next path is chosen: round-robin by turns, queue-length and service-time by load.")
_STATE: Final = _fact(
    name="multipath.path", title="State of a path", labels=("path",), next="multipath -ll",
    help="What the kernel, the path checker and the device say of the path: active ready running where it is well.")
# fmt: on
_MAP: Final = re.compile(r"(?P<name>\S.*?)(?: \([^()]*\))? dm-[0-9]+ \S.*")
_DETAIL: Final = re.compile(r"size=\S+ features='(?P<features>[^']*)' hwhandler='[^']*' wp=\S+.*")
_GROUP: Final = re.compile(r"[|` ]*[|`]-\+- policy='(?P<policy>[^']*)' .*")
_PATH: Final = re.compile(
    r"[|` ]*[|`]- [0-9]+(?::[0-9]+){3} +(?P<disk>\S+) +[0-9]+:[0-9]+ +(?P<states>[a-z]+ +[a-z]+ +[a-z_-]+)\s*"
)
_WELL: Final = (("active",), ("ready", "ghost", "undef"), ("running",))
"""States of a good path: in the kernel, by the checker (ghost: a passive one), of the device."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each map and path.

    Raises:
        ValueError: A path before the first map.
    """
    paths: dict[str, list[bool]] = {}
    policies: set[str] = set()
    name = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if path := _PATH.fullmatch(line):
            if not name:
                raise ValueError(f"multipath:{number} expected a map before its paths, read {line[:80]!r}.")
            states = path["states"].split()
            paths[name].append(all(state in good for state, good in zip(states, _WELL, strict=True)))
            yield Reading(_STATE.name, " ".join(states), f"{name} {path['disk']}")
        elif (group := _GROUP.fullmatch(line)) and name and name not in policies:
            policies.add(name)
            yield Reading(_POLICY.name, group["policy"], name)
        elif (detail := _DETAIL.fullmatch(line)) and name:
            yield Reading(_FEATURES.name, detail["features"], name)
        elif begun := _MAP.fullmatch(line):
            name = begun["name"]
            paths.setdefault(name, [])
    for name, well in paths.items():
        yield Reading(_PATHS.name, len(well), name)
        yield Reading(_FAILED.name, well.count(False), name)


COLLECTOR: Final = Collector(
    name="cmd.multipath",
    read=Command(
        argv=("multipath", "-ll"),
        version=("multipath", "-h"),
        cadence=Cadence.EDGES,
        where=LOADED,
        timeout=10.0,
        max_bytes=2**20,
    ),
    metrics=(_PATHS, _FAILED, _FEATURES, _POLICY, _STATE),
    parse=parse,
    adds="paths to multipath disks that have failed",
    needs="multipath (package multipath-tools or device-mapper-multipath); root; the device mapper loaded",
)
