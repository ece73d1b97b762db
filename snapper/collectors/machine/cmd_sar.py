"""What `sar` says of the whole window: a second opinion on CPU, tasks, paging, memory, disks, interfaces and TCP.

Runs `sar` along with the window and reads the averages that it ends with, also where it is interrupted. Our own
sources tell the same to a finer measure, so none of it is judged; the text stays in the archive for whoever reads sar.
Its first report is of the first interval, not since boot, and counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine import sar_metrics as sar
from snapper.collectors.machine.sar_tables import Table, averages_of
from snapper.record.plan import MIB, Cadence, Command

# fmt: off
_TABLES: Final = {
    Table(sign, of, frozenset(columns) | {old for old, new in sar.OTHER_NAMES.items() if new in columns}): columns
    for sign, of, columns in (
        ("%idle", "CPU", sar.CPU),
        ("cswch/s", "", sar.TASKS),
        ("runq-sz", "", sar.QUEUE),
        ("pswpin/s", "", sar.SWAPPING),
        ("pgpgin/s", "", sar.PAGING),
        ("kbmemfree", "", sar.MEMORY),
        ("kbswpfree", "", sar.SWAP),
        ("rkB/s", "DEV", sar.DISK),
        ("rxpck/s", "IFACE", sar.TRAFFIC),
        ("rxerr/s", "IFACE", sar.FAILURES),
        ("active/s", "", sar.TCP),
        ("atmptf/s", "", sar.TCP_FAILURES),
    )
}
# fmt: on_MEANS_OF: Final = {"%vmeff": ("pgscank/s", "pgscand/s"), "areq-sz": ("tps",), "await": ("tps",)}
"""Columns that are means or shares, and of what: where that is 0 sar prints 0, and they are not known."""
_MEANS_OF: Final = {"%vmeff": ("pgscank/s", "pgscand/s"), "areq-sz": ("tps",), "await": ("tps",)}
"""Columns that are means or shares, and of what: where that is 0 sar prints 0, and they are not known."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the averages; of the CPUs those of all together.

    Raises:
        ValueError: As `averages_of`.
    """
    found = averages_of(text, tuple(_TABLES))
    for table, columns in _TABLES.items():
        for name, row in found.get(table.sign, {}).items():
            if table.of != "CPU":
                yield from _readings(row, columns, name)
            elif name == "all":
                yield from _readings(row, columns, "")


def _readings(row: dict[str, float], columns: dict[str, sar.Column], instance: str) -> Iterator[Reading]:
    for printed, value in row.items():
        if any(row.get(of) != 0 for of in _MEANS_OF.get(printed, ("",))):
            metric, factor = columns[sar.OTHER_NAMES.get(printed, printed)]
            yield Reading(metric.name, value * factor, instance)



COLLECTOR: Final = Collector(
    name="cmd.sar",
    read=Command(
        argv=(
            "sar", "-u", "-q", "-w", "-B", "-W", "-r", "-S", "-d", "-p", "-n", "DEV,EDEV,TCP,ETCP", "{interval}",
            "{count}",
        ),
        version=("iostat", "-V"),
        cadence=Cadence.WINDOW,
        max_bytes=32 * MIB,
    ),
    metrics=tuple(metric for columns in _TABLES.values() for metric, _ in columns.values()),
    parse=parse,
    opt_in="tools",  # a process of its own that wakes at every tick, and says again what we have
    adds="sar's own figures of the whole host, to check ours against, and to be read by whoever knows sar",
    needs="sar (package sysstat)",
    judged=False,
)  # fmt: skip
