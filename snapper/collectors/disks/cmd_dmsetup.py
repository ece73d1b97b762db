"""How full thin pools and snapshots are, which legs of volumes have failed, what caches hit: the device mapper itself.

Runs `dmsetup status --noflush` where the device mapper is loaded: it asks the kernel and no disk. A line is a volume's
name, where its piece begins and how long it is in units of 512 bytes, what it is, and figures of that kind (the
kernel's guide to device-mapper).

    vg0-pool-tpool: 0 129548288 thin-pool 1 20/49152 38/126512 - rw no_discard_passdown queue_if_no_space - 1024
    vg0-snap: 0 16384000 snapshot 1560768/5120000 6088
    vg0-mirror: 0 2097152 raid raid1 2 AD 2097152/2097152 idle 0 0 -
    mpatha: 0 41943040 multipath 2 0 0 0 2 1 A 0 1 2 8:32 A 0 0 1 E 0 1 2 8:64 F 1 0 1
    vg0-data: 0 209715200 cache 8 170/4096 128 1600/1600 99 20 30 1 0 1600 0 1 writethrough 2 ...

`Invalid`, `Overflow`, `Fail` and `Error` in place of figures mean that the volume is lost or stopped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.disks.dm_metrics import CACHE, HIT_RATIO, METRICS, hit_ratio
from snapper.collectors.disks.lvm_reports import LOADED
from snapper.collectors.text.refusal import refused
from snapper.record.plan import Cadence, Command

_LINE: Final = re.compile(
    r"(?P<name>\S.*?): (?P<begin>[0-9]+) (?P<length>[0-9]+)(?: (?P<target>\S+)(?: (?P<rest>.*))?)?"
)
_FILL: Final = re.compile(r"([0-9]{1,20})/([0-9]{1,20})")
_LEGS: Final = re.compile(r"[AaDFSRU-]{1,64}")
_PATH: Final = re.compile(r"(?:^| )[0-9]+:[0-9]+ ([AF])(?= |$)")
_LOST: Final = frozenset({"Invalid", "Overflow", "Fail", "Error", "Unknown"})
_STOPPED: Final = frozenset({"ro", "out_of_data_space", "needs_check"})
_DEAD: Final = frozenset("DFSRU")
"""Marks of a leg that does not serve: dead, failed, out of step, unreadable, unknown (dm-raid.c, dm-raid1.c)."""

Sums = dict[str, float]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each volume; of one of several pieces the sum of what failed.

    Raises:
        ValueError: A line that is not dmsetup's.
    """
    found: dict[str, Sums] = {}
    if text.strip() == "No devices found":
        return
    for number, line in enumerate(text.splitlines(), start=1):
        piece = _LINE.fullmatch(line.rstrip())
        if not piece:
            raise refused("dmsetup status", number, line, "a volume as 'vg0-root: 0 6291456 linear'")
        figures = (piece["rest"] or "").split()
        for name, value in _figures(piece["target"] or "", figures):
            sums = found.setdefault(piece["name"], defaultdict(float))
            sums[name] += value
    for volume, sums in found.items():
        for name, value in sums.items():
            yield Reading(f"dm.{name}", value, volume)


def _figures(target: str, figures: list[str]) -> Iterator[tuple[str, float]]:
    """What one piece of a volume tells; nothing of kinds that have no figures."""
    if target == "thin-pool":
        yield "lost", int(bool(figures) and (figures[0] in _LOST or not _STOPPED.isdisjoint(figures)))
        for name, fill in zip(("thin_pool_metadata", "thin_pool_data"), figures[1:3], strict=False):
            yield from _filled(name, fill)
    elif target in {"snapshot", "snapshot-merge"} and figures:
        yield "lost", int(figures[0] in _LOST)
        yield from _filled("snapshot", figures[0])
    elif target in {"raid", "mirror", "striped"}:
        legs = [figure for figure in figures if _LEGS.fullmatch(figure) and figure != "-"]
        if legs:
            yield "failed_legs", sum(mark in _DEAD for mark in legs[0])
    elif target == "multipath":
        yield "failed_legs", sum(state == "F" for state in _PATH.findall(" ".join(figures)))
    elif target == "cache":
        yield "lost", int(bool(figures) and figures[0] in _LOST)
        if len(figures) > 10 and all(figure.isdecimal() and figure.isascii() for figure in figures[4:11]):
            yield from _filled("cache_metadata", figures[1])
            yield from ((name, int(figure[:20])) for name, figure in zip(CACHE, figures[4:11], strict=True))


def _filled(name: str, fill: str) -> Iterator[tuple[str, float]]:
    part = _FILL.fullmatch(fill)
    if part and int(part[2]):
        yield name, int(part[1]) / int(part[2])


COLLECTOR: Final = Collector(
    name="cmd.dmsetup",
    read=Command(
        argv=("dmsetup", "status", "--noflush"),
        version=("dmsetup", "--version"),
        cadence=Cadence.EDGES,
        alternatives=(("dmsetup", "status"),),
        where=LOADED,
    ),
    metrics=METRICS,
    parse=parse,
    derived=(Derived(metric=HIT_RATIO, inputs=("dm.read_hits", "dm.read_misses"), compute=hit_ratio),),
    adds="how full thin pools and snapshots are, failed legs of volumes, hits of caches on fast disks",
    needs="dmsetup (package dmsetup or device-mapper); root; the device mapper loaded",
)
