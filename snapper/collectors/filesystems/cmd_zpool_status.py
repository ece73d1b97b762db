"""Errors of every device of ZFS pools, what is being rebuilt or checked, and data that is lost.

Runs `zpool status -p`. A pool begins with its name; the devices stand indented below a heading, each with its state and
the errors since they were last cleared.

      pool: tank
     state: DEGRADED
      scan: resilver in progress since Sun Nov 24 10:01:02 2024
    config:

            NAME        STATE     READ WRITE CKSUM
            tank        DEGRADED     0     0     0
              mirror-0  DEGRADED     0     0     0
                sda     ONLINE       0     0     0
                sdb     FAULTED      4     1    12  too many errors

    errors: No known data errors
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.zfs_metrics import LOADED
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_metric = partial(
    Metric, resource=Resource.FILESYSTEM, next="zpool status -v",
    doc="https://openzfs.github.io/openzfs-docs/man/v2.2/8/zpool-status.8.html",
)  # fmt: skip
_fault = partial(
    _metric, unit="errors", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE, labels=("device",)
)  # fmt: skip
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
# fmt: off
_READ: Final = _fault(name="zpool.read_errors", title="Read errors of a ZFS device",
                      help="Reads that this device failed since its errors were last cleared. More is worse.")
_WRITE: Final = _fault(name="zpool.write_errors", title="Write errors of a ZFS device",
                       help="Writes that this device failed since its errors were last cleared. More is worse.")
_CHECKSUM: Final = _fault(name="zpool.cksum_errors", title="Checksum errors of a ZFS device",
                          help="Data from this device that was not what had been written. More points at the disk, its "
                               "cable, or memory.")
_DATA: Final = _fault(name="zpool.data_errors", labels=("pool",), title="Data lost in a ZFS pool",
                      help="Files and objects of the pool that cannot be read correctly any more.")
_STATE: Final = _fact(name="zpool.device_state", labels=("device",), title="State of a ZFS device",
                      help="ONLINE where it is well; DEGRADED, FAULTED, OFFLINE, UNAVAIL or REMOVED where it is not.")
_SCAN: Final = _fact(name="zpool.scan", labels=("pool",), title="ZFS pool at work on itself",
                     help="Whether the pool is being rebuilt (resilver) or checked (scrub) just now: both slow down "
                          "everybody else.")
# fmt: on
_FIELD: Final = re.compile(r" *(?P<name>pool|state|scan|scrub|errors): (?P<value>.*)")
_DEVICE: Final = re.compile(
    r"(?:\t|        )(?P<indent> *)(?P<name>\S+) +(?P<state>[A-Z]+) +"
    r"(?P<read>[0-9.]{1,20}[KMGT]?) +(?P<write>[0-9.]{1,20}[KMGT]?) +(?P<cksum>[0-9.]{1,20}[KMGT]?)(?: .*)?"
)
_COUNT: Final = re.compile(r"(?P<count>[0-9]{1,19}) data errors?.*")
_LETTERS: Final = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
"""Of counts, as zpool writes them without -p (zfs_nicenum in units of 1000)."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each device and pool.

    Raises:
        ValueError: The text names no pool.
    """
    pool, listing = "", False
    lost: dict[str, int] = {}
    for line in text.splitlines():
        field = _FIELD.fullmatch(line)
        if field and field["name"] == "pool":
            pool, listing = field["value"].strip(), False
        elif field and pool:
            listing = field["name"] == "errors" and field["value"].startswith("Permanent errors")
            yield from _of_field(field["name"], field["value"], pool, lost)
        elif pool and (device := _DEVICE.fullmatch(line.expandtabs(8))) and not listing:
            yield from _of_device(device, pool)
        elif listing and line.strip():
            lost[pool] += 1
    if not pool and text.strip() not in {"", "no pools available"}:
        raise ValueError(f"zpool status expected a line 'pool: tank', read {text[:60]!r}.")
    yield from (Reading(_DATA.name, count, name) for name, count in lost.items())


def _of_field(name: str, value: str, pool: str, lost: dict[str, int]) -> Iterator[Reading]:
    if name in {"scan", "scrub"}:
        work = value.partition(" ")[0]
        yield Reading(_SCAN.name, f"{work} in progress" if " in progress" in value else "none", pool)
    elif name == "errors":
        count = _COUNT.fullmatch(value)
        if count or value.startswith(("No known data errors", "Permanent errors")):
            lost[pool] = int(count["count"]) if count else 0


def _of_device(device: re.Match[str], pool: str) -> Iterator[Reading]:
    name = pool if device["name"] == pool and not device["indent"] else f"{pool}/{device['name']}"
    yield Reading(_STATE.name, device["state"], name)
    for metric, column in ((_READ, "read"), (_WRITE, "write"), (_CHECKSUM, "cksum")):
        yield Reading(metric.name, _number(device[column]), name)


def _number(text: str) -> float:
    digits = text.rstrip("KMGT")
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        raise ValueError(f"zpool status expected a number of errors, read {text!r}.")
    return float(digits) * _LETTERS.get(text[-1], 1)


COLLECTOR: Final = Collector(
    name="cmd.zpool.status",
    read=Command(
        argv=("zpool", "status", "-p"),
        version=("zpool", "version"),
        cadence=Cadence.EDGES,
        alternatives=(("zpool", "status"),),
        where=LOADED,
    ),
    metrics=(_READ, _WRITE, _CHECKSUM, _DATA, _STATE, _SCAN),
    parse=parse,
    adds="errors of every device of ZFS pools, and data that is lost",
    needs="zpool (package zfsutils-linux or zfs)",
)
