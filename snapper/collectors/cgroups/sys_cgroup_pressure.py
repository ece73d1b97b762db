"""For how long the tasks of every control group stood still for want of a CPU, of memory or of a disk.

Reads cpu.pressure, memory.pressure and io.pressure of cgroup v2 (since Linux 4.20), as /proc/pressure has them for the
whole host; a hybrid host has them as well. `total` counts microseconds since the group was made:

    some avg10=9.49 avg60=2.02 avg300=0.43 total=1317681
    full avg10=9.34 avg60=1.99 avg300=0.42 total=1293801

`some` is time for which at least one task waited, `full` time for which all that had work waited. A group that its CPU
limit holds back waits in full; cgroup.cpu.throttled tells that, and /proc/pressure/cpu the host's own want of CPUs, so
that a group's CPU pressure only explains. The averages are left out: they say of the past what the totals say of the
window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.cgroups.cgroup_files import MOST_FILES, counter, is_told, place_of, wrong
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Metric, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/accounting/psi.html#cgroup2-interface"
_WAITED_FOR: Final = {
    "cpu": ("a CPU", ("cgroup.cpu.max", "cgroup.cpu.weight", "cgroup.cpuset.*")),
    "memory": ("memory to be freed", ("cgroup.memory.max", "cgroup.memory.high", "cgroup.memory.low")),
    "io": ("storage", ("cgroup.io.*",)),
}
_WHO: Final = {"some": "some task of a group", "full": "a whole group"}
_LINE: Final = re.compile(r"(some|full)((?: [a-z0-9]+=[0-9.]+)+)")
_TOTAL: Final = re.compile(r" total=([0-9]{1,20})(?= |$)")
_MICROSECONDS: Final = 1_000_000


def _metric(file: str, who: str) -> Metric:
    what, moved_by = _WAITED_FOR[file]
    return counter(
        name=f"cgroup.pressure.{file}.{who}",
        unit="seconds",
        role=Role.SATURATION if who == "some" and file != "cpu" else Role.INTERNAL,
        worse=Worse.MORE,
        title=f"Time that {_WHO[who]} waited for {what}",
        help=f"Share of time for which {_WHO[who]} stood still, waiting for {what}. More is worse: the unit's or "
        "container's work is delayed by that much.",
        doc=_DOC,
        next=f"grep -s . /sys/fs/cgroup{{,/unified}}{{instance}}/{file}.pressure",
        moved_by=moved_by,
    )


_METRICS: Final = tuple(_metric(file, who) for file in _WAITED_FOR for who in _WHO)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the totals of one file, or nothing of a group or file that is not told of.

    Raises:
        ValueError: A line that is not `some` or `full` with fields `name=value`, or none at all.
    """
    place = place_of(origin.key)
    file = place.file.removesuffix(".pressure")
    if place.root or not is_told(place) or file not in _WAITED_FOR:
        return
    lines = text.splitlines()
    if not lines:
        raise wrong(place, "lines 'some' and 'full'", text)
    for line in lines:
        match = _LINE.fullmatch(line)
        if not match:
            raise wrong(place, "lines of 'some' or 'full' and fields like 'total=0'", line)
        if total := _TOTAL.search(match[2]):
            yield Reading(f"cgroup.pressure.{file}.{match[1]}", int(total[1]) / _MICROSECONDS, place.group)


COLLECTOR: Final = Collector(
    name="sys.cgroup.pressure",
    read=Files(patterns=("sys/fs/cgroup/**/[cim]*.pressure",), cadence=Cadence.EDGES, max_files=MOST_FILES),
    metrics=_METRICS,
    parse=parse,
    adds="for how long each unit and container stood still for want of CPU, memory or disk",
    needs="cgroup v2, or v2's tree beside v1, at /sys/fs/cgroup; Linux >= 4.20 with CONFIG_PSI",
)
