"""An archive made by hand: what was read of a host, and when, without a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from snapper.archive.manifest import Manifest
from snapper.archive.read import Read, Rows, rows_of
from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File, Files, PerProcess

BOOT = 5_000_000_000_000_123
"""ns at second 0 of a tape: two months of uptime, where a float no longer holds a nanosecond."""
SECOND = 1_000_000_000


def ns(seconds: float) -> int:
    return BOOT + round(seconds * SECOND)


class Tape:
    """The methods of an Archive over reads in memory. Times are seconds after second 0."""

    def __init__(self, ticks: Iterable[float], alive: Iterable[Iterable[int]] = (), **told: Any) -> None:
        self._ticks = [ns(t) for t in ticks]
        self._alive = [frozenset(pids) for pids in alive]
        self._reads: dict[str, list[Read]] = {}
        self.path = Path("tape.parquet")
        self.manifest = Manifest(
            **{
                "snapper": "0.1.0", "id": "0123456789ab", "label": "tape", "host": "web-7", "boot_id": "b",
                "kernel": "6.1", "started": 1_700_000_000.0, "utc_offset": 0, "boottime": ns(0), "interval": 1.0,
                "duration": (self._ticks[-1] - self._ticks[0]) / SECOND if self._ticks else 0.0,
                "ticks": len(self._ticks), "cpus": 2, "memory": 2**30, "page_size": 4096, "clock_ticks": 100, "uid": 0,
            }
            | told
        )  # fmt: skip

    def add(self, source: str, t: float, content: str | bytes = b"", *, key: str = "", status: str = "ok") -> Tape:
        text = content.encode() if isinstance(content, str) else content
        self._reads.setdefault(source, []).append(Read(source, key, ns(t), 0, status, text))
        return self

    def sources(self) -> tuple[str, ...]:
        return tuple(sorted(self._reads))

    def keys(self, source: str) -> tuple[str, ...]:
        return tuple(sorted({read.key for read in self._reads.get(source, ())}))

    def reads(self, source: str) -> list[Read]:
        return sorted(self._reads.get(source, ()), key=lambda read: (read.key, read.t))

    def rows(self, source: str) -> Rows:
        return rows_of(self.reads(source))

    def walk(self, source: str) -> Iterator[Rows]:
        yield self.rows(source)

    def read(self, source: str, key: str) -> list[Read]:
        return [read for read in self.reads(source) if read.key == key]

    def ticks(self) -> list[int]:
        return list(self._ticks)

    def pids(self) -> list[frozenset[int]]:
        return list(self._alive)


def metric(name: str, kind: Kind = Kind.GAUGE, *, unit: str = "count", **told: Any) -> Metric:
    return Metric(
        **{
            "name": name, "unit": "text" if kind is Kind.FACT else unit, "kind": kind, "resource": Resource.HOST,
            "role": Role.INTERNAL, "worse": Worse.NEITHER, "title": name, "help": "", "doc": "",
        }
        | told
    )  # fmt: skip


def pairs(text: str, origin: Origin) -> Iterable[Reading]:
    """`name value` or `name[instance] value`, a line each; a text in quotes is a fact."""
    for line in text.splitlines():
        name, value = line.split(" ", 1)
        name, _, instance = name.removesuffix("]").partition("[")
        yield Reading(name, value.strip('"') if value.startswith('"') else float(value), instance or origin.key)


def host_source(
    *metrics: Metric,
    name: str = "test.host",
    cadence: Cadence = Cadence.TICK,
    derived: tuple[Derived, ...] = (),
    **told: Any,
) -> Collector:
    read = File(path="proc/test", cadence=cadence)
    return Collector(**{"name": name, "read": read, "metrics": metrics, "parse": pairs, "derived": derived} | told)


def keyed_source(*metrics: Metric, name: str = "test.keyed", cadence: Cadence = Cadence.TICK) -> Collector:
    read = Files(patterns=("sys/test/*",), cadence=cadence)
    return Collector(name=name, read=read, metrics=metrics, parse=pairs)


def process_source(
    *metrics: Metric,
    name: str = "test.pid",
    cadence: Cadence = Cadence.TICK,
    derived: tuple[Derived, ...] = (),
    largest: int = 0,
) -> Collector:
    def parse(text: str, _origin: Origin) -> Iterable[Reading]:
        return pairs(text, Origin())

    return Collector(
        name=name,
        read=PerProcess(file="test", cadence=cadence, largest=largest),
        metrics=metrics,
        parse=parse,
        derived=derived,
    )


def of_program(name: str, kind: Kind = Kind.GAUGE, *, unit: str = "count", **told: Any) -> Metric:
    return metric(name, kind, unit=unit, **{"resource": Resource.PROGRAM, "labels": ("program",)} | told)


def stat(pid: int, comm: str = "nginx", *, ppid: int = 1, start: int = 100, flags: int = 0, **fields: int) -> str:
    """A line of /proc/PID/stat, Linux 6.1: 49 fields behind the name's bracket."""
    values = ["S", ppid, pid, pid, 0, -1, flags, *[0] * 43]
    places = {"minflt": 7, "majflt": 9, "utime": 11, "stime": 12, "priority": 15, "nice": 16, "threads": 17, "rss": 21}
    values[17], values[19] = 1, start
    for field, value in fields.items():
        values[places[field]] = value
    return f"{pid} ({comm}) {' '.join(map(str, values))}\n"


def table_of(rows: Mapping[str, str]) -> str:
    return "".join(f"{name} {value}\n" for name, value in rows.items())
