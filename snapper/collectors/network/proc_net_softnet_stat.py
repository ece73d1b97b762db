"""How the CPUs get through the packets that network cards hand to them, summed over all CPUs.

Reads /proc/net/softnet_stat (since Linux 2.4): a line for each online CPU, columns in hexadecimal,
without headings. Their number grew with the kernel: 9 before 2.6.35, then 10 with received_rps, 11 with
flow_limit_count, 13 with the backlog and the CPU's number (so in 5.14), 15 with the backlog's two parts (since 6.4).
Columns 4 to 8 are always 0, and so is the ninth (cpu_collision) in the kernels of today: it is left out, for that 0
is no count.

    0000000a 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
    processed dropped  squeezed 0 ...                                      collision rps      flow_limit

It is about the whole host, whatever the network namespace. The kernel's counters have 32 bits and wrap;
a CPU that goes offline takes its own with it. Both show as a counter that fell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/net/softnet_stat"
_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/core/net-procfs.c"
_OLDEST_WIDTH: Final = 9
"""Columns of Linux 2.4 and 2.6."""

_packets = partial(Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC)
_full = partial(_packets, role=Role.SATURATION, worse=Worse.MORE, next="mpstat -P ALL -I SCPU 1 5")
_waiting = partial(_full, kind=Kind.GAUGE, role=Role.INTERNAL, moved_by=("sysctl[net.core.netdev_max_backlog]",))

# fmt: off
_COLUMNS: Final = {
    0: _packets(
        name="softnet.processed", role=Role.WORKLOAD, worse=Worse.NEITHER, title="Packets processed by softirqs",
        help="Packets that the CPUs took from the cards' rings and passed up, whatever became of them. Demand.",
    ),
    1: _packets(
        name="softnet.dropped", role=Role.ERRORS, worse=Worse.MORE, title="Packets dropped at a full CPU backlog",
        primary=True,
        next="mpstat -P ALL -I SCPU 1 5",
        moved_by=("sysctl[net.core.netdev_max_backlog]", "sysctl[net.core.dev_weight*]", "queues.*",
                  "ethtool.channels"),
        help="Packets thrown away because a CPU had too many waiting already. Each is lost; more means that one CPU "
             "cannot keep up with what is steered to it.",
    ),
    2: _full(
        name="softnet.time_squeeze", unit="events", primary=True, title="Packet processing cut short",
        moved_by=("sysctl[net.core.netdev_budget]", "sysctl[net.core.netdev_budget_usecs]",
                  "sysctl[net.core.dev_weight*]", "queues.*", "ethtool.channels", "ethtool.coalesce"),
        help="Times a CPU ran out of its budget of packets or time with more packets waiting. More means that packets "
             "wait for a CPU, and drops come next.",
    ),
    9: _packets(
        name="softnet.received_rps", unit="interrupts", role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Wake-ups for steered packets",
        help="Times a CPU was woken by another one to take packets off it (receive packet steering).",
    ),
    10: _full(
        name="softnet.flow_limit_count", title="Packets dropped to be fair to small flows",
        moved_by=("sysctl[net.core.flow_limit_*]", "sysctl[net.core.netdev_max_backlog]"),
        help="Packets of a large flow dropped so that it does not starve others while a CPU's backlog is half full.",
    ),
    11: _full(
        name="softnet.backlog_len", kind=Kind.GAUGE, title="Packets waiting for a CPU",
        moved_by=("sysctl[net.core.netdev_max_backlog]",),
        help="Packets that wait at this moment in the CPUs' backlogs. More is worse: it is delay, and drops come next.",
    ),
    13: _waiting(
        name="softnet.input_qlen", title="Packets waiting to be taken up by a CPU",
        help="The part of the backlog that has been put there and not been looked at yet. More is worse.",
    ),
    14: _waiting(
        name="softnet.process_qlen", title="Packets that a CPU has taken up and not processed yet",
        help="The part of the backlog that a CPU has taken over and works on. More is worse.",
    ),
}
# fmt: on
_LINE: Final = re.compile(r"[0-9a-fA-F]{8,16}(?: [0-9a-fA-F]{8,16})*")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the sum over all CPUs of each column that every one of them has.

    Raises:
        ValueError: A line that is not at least nine hexadecimal columns.
    """
    lines = text.splitlines()
    rows = [line.split() for line in lines]
    for number, (line, row) in enumerate(zip(lines, rows, strict=True), start=1):
        if len(row) < _OLDEST_WIDTH or not _LINE.fullmatch(line.strip()):
            raise ValueError(
                f"{_PATH}:{number} expected {_OLDEST_WIDTH} or more hexadecimal columns, read {line[:80]!r}."
            )
    if not rows:
        raise ValueError(f"{_PATH} is empty; expected a line for each CPU.")
    width = min(map(len, rows))
    for column, metric in _COLUMNS.items():
        if column < width:
            yield Reading(metric.name, sum(int(row[column], base=16) for row in rows))


COLLECTOR = Collector(
    name="proc.net.softnet_stat",
    read=File(path="proc/net/softnet_stat"),
    metrics=tuple(_COLUMNS.values()),
    parse=parse,
    adds="packets dropped or delayed because a CPU could not keep up with the network",
    needs="CONFIG_PROC_FS and CONFIG_NET",
)
