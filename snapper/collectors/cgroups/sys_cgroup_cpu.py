"""CPU time of every control group: how much it uses, and for how long its limit holds it back.

Reads cpu.stat, cpu.max, cpu.weight and cpu.idle of cgroup v2 (since Linux 4.15), or of v1 cpu.stat,
cpu.cfs_quota_us, cpu.cfs_period_us and cpu.shares (since 3.2), cpuacct.usage and cpuacct.stat:

    usage_usec 2605960            nr_periods 20
    user_usec 1716188             nr_throttled 18
    system_usec 889771            throttled_time 1288046548

v2 counts microseconds, v1 nanoseconds, and user and system of v1 are in ticks of USER_HZ. A group's time is that
of all groups below it as well; throttling is by its own limit only.

A group that never used any CPU is passed over: nothing ever ran in it. Of the root only throttling and limits are told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

from snapper.collectors.cgroups.cgroup_cpu_metrics import DERIVED, METRICS
from snapper.collectors.cgroups.cgroup_files import (
    MOST_FILES,
    UNLIMITED,
    Place,
    flat,
    is_told,
    limited,
    place_of,
    whole,
    written,
    wrong,
)
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.record.plan import Cadence, Files

_MICROSECONDS: Final = 1_000_000
_NANOSECONDS: Final = 1_000_000_000
_FIELDS: Final = {
    "usage_usec": ("cgroup.cpu.usage", _MICROSECONDS),
    "user_usec": ("cgroup.cpu.user", _MICROSECONDS),
    "system_usec": ("cgroup.cpu.system", _MICROSECONDS),
    "nr_periods": ("cgroup.cpu.nr_periods", 1),
    "nr_throttled": ("cgroup.cpu.nr_throttled", 1),
    "throttled_usec": ("cgroup.cpu.throttled", _MICROSECONDS),
    "throttled_time": ("cgroup.cpu.throttled", _NANOSECONDS),
}
"""Of cpu.stat, both versions' names."""
_USE: Final = frozenset({"usage_usec", "user_usec", "system_usec"})
_FACTS: Final = frozenset({"cpu.weight", "cpu.shares", "cpu.idle"})
_QUOTA: Final = re.compile(r"(max|[0-9]{1,20}) ([1-9][0-9]{0,19})")
_NONE: Final = "-1"


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the readings of one file, or none of a group or file that is not told of.

    Raises:
        ValueError: Not what the file should hold.
    """
    place = place_of(origin.key)
    if not is_told(place):
        return []
    if place.file == "cpu.stat":
        # Without controllers it repeats what v1 tells.
        return [] if place.hybrid else _stat(text, place)
    if place.file in _FACTS:
        return [Reading(f"cgroup.{place.file}", str(whole(text, place)), place.group)]
    if place.file == "cpu.max":
        return _limit(text, place)
    if place.file in {"cpu.cfs_quota_us", "cpu.cfs_period_us"}:
        return _limit_v1(text, place)
    if place.root:
        return []
    if place.file == "cpuacct.usage":
        used = whole(text, place)
        return [Reading("cgroup.cpu.usage", used / _NANOSECONDS, place.group)] if used else []
    if place.file == "cpuacct.stat":
        ticks = flat(text, place)
        return [
            Reading(f"cgroup.cpu.{mode}", ticks[mode] / origin.clock_ticks, place.group)
            for mode in ("user", "system")
            if mode in ticks and any(ticks.values())
        ]
    return []


def _stat(text: str, place: Place) -> Iterator[Reading]:
    fields = flat(text, place)
    if fields.get("usage_usec") == 0 or (place.root and not fields.get("nr_periods")):
        return
    for field, (metric, unit) in _FIELDS.items():
        if field in fields and not (place.root and field in _USE):
            yield Reading(metric, fields[field] / unit, place.group)


def _limit(text: str, place: Place) -> Iterator[Reading]:
    """The fact as it stands, and the numbers of a limit."""
    match = _QUOTA.fullmatch(text.strip())
    if not match:
        raise wrong(place, "a quota in µs or 'max', and a period in µs", text)
    quota, period = match.groups()
    yield Reading("cgroup.cpu.max", match[0], place.group)
    if quota != UNLIMITED:
        yield Reading("cgroup.cpu.period", int(period) / _MICROSECONDS, place.group)
    yield from _quota(math.inf if quota == UNLIMITED else int(quota), place)


def _limit_v1(text: str, place: Place) -> Iterator[Reading]:
    value = math.inf if text.strip() == _NONE and place.file == "cpu.cfs_quota_us" else whole(text, place)
    yield Reading(f"cgroup.{place.file}", written(value), place.group)
    if place.file == "cpu.cfs_quota_us":
        yield from _quota(value, place)
    elif value:
        yield Reading("cgroup.cpu.period", value / _MICROSECONDS, place.group)


def _quota(microseconds: float, place: Place) -> Iterator[Reading]:
    yield from limited("cgroup.cpu.quota", microseconds / _MICROSECONDS, place)
    if math.isfinite(microseconds):
        yield Reading("cgroup.cpu.limits", 1, place.group)


COLLECTOR: Final = Collector(
    name="sys.cgroup.cpu",
    read=Files(
        patterns=(
            "sys/fs/cgroup/**/cpu.[cimsw]*",
            "sys/fs/cgroup/**/cpuacct.stat",
            "sys/fs/cgroup/**/cpuacct.usage",
        ),
        cadence=Cadence.EDGES,
        max_files=MOST_FILES,
    ),
    metrics=METRICS,
    parse=parse,
    derived=DERIVED,
    adds="CPU of every unit and container, and for how long its limit held it back",
    needs="cgroup v1 or v2 at /sys/fs/cgroup; throttling is known where the cpu controller is enabled",
)
