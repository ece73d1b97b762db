"""What a collector is: one source's reads, its pure parser, and the metrics that parser yields.

A new source is one file in this folder that ends in `COLLECTOR = Collector(...)`, one
fixture and one test; `snapper.collectors.all_collectors` finds it by itself. Other
distributions add theirs through the entry-point group `snapper.collectors`.

Collectors import the standard library, the vocabulary and `snapper.record.plan`, nothing
else, so that assembling a plan costs next to nothing on the host that is observed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from snapper.metric import Metric
from snapper.record.plan import Command, PerProcess, Read


class Reading(NamedTuple):
    """One value of one metric, as of the read it was parsed from."""

    metric: str
    """Name of a metric that the same collector declares."""
    value: float | str
    """In the metric's unit; text for a fact. What is not known is not yielded: missing is not zero."""
    instance: str = ""


@dataclass(slots=True)  # frozen takes three times as long to make
class Readings:
    """Readings without instances, for sources of a hundred thousand texts: nothing is made anew but the values.

    >>> list(Readings(("a.in", "a.out"), (7, 9)))
    [Reading(metric='a.in', value=7, instance=''), Reading(metric='a.out', value=9, instance='')]
    """

    metrics: tuple[str, ...]
    """One tuple for all texts that hold the same, as far as can be."""
    values: tuple[float | str, ...]

    def __iter__(self) -> Iterator[Reading]:
        return map(Reading, self.metrics, self.values)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a parser may know besides the text: where it comes from and the constants of that host."""

    key: str = ""
    """Which one, where a source has many: a pid, a device file's path, a mount point."""
    page_size: int = 4096
    """Bytes, from the archive's manifest (getconf PAGESIZE). 4096 is only what tests without a host see."""
    clock_ticks: int = 100
    """USER_HZ, ticks a second of /proc's CPU times (getconf CLK_TCK)."""
    programs: Mapping[int, str] = field(default_factory=dict)
    """pid → the instance of its program's series, for tools that tell pids; none where processes were not captured.
    A tool knows an interpreter by its name alone: `python3`, where the program is `python server.py`."""
    seconds: float = 0.0
    """How long the window was, for a tool that says what happened in it as a sum; 0 is not known."""


Parse = Callable[[str, Origin], Iterable[Reading]]
"""Yield the readings of one text. ValueError, with what was expected, on any shape that is not the source's own.
A figure of hundreds of digits, which no kernel prints, may be an OverflowError, as Python has it.

Unknown fields are passed over (a newer kernel's), malformed ones are refused, never guessed.
The text was decoded as UTF-8 with "backslashreplace", so it holds no surrogates.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A metric computed from others of the same instance, of this collector or (named in full) of another.

    `compute` takes one float array for each input, rates per second of counters and levels
    of gauges, of any shape, and must be elementwise: it is called with the points of the series
    and again with their window means, so that a ratio of two sums is not a mean of ratios.
    Plain operators suffice; division by zero gives NaN (not known), which is what is meant.
    An input in `optional` that the kernel lacks is passed as zeros if at least one input is there.
    """

    metric: Metric
    inputs: tuple[str, ...]
    compute: Callable[..., Any]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One source: what to read, how to parse it, what it means."""

    name: str
    """The value of `source` in the archive: `proc.stat`, `proc.pid.io`, `sys.block`, `cmd.iostat`."""
    read: Read
    metrics: tuple[Metric, ...]
    """All that `parse` can yield."""
    parse: Parse
    derived: tuple[Derived, ...] = ()
    adds: str = ""
    """What this source adds to a capture, for `snapper doctor`: "per-socket RTT and queues"."""
    needs: str = ""
    """What would make it readable where it is not: "psi=1 on the kernel command line, Linux >= 4.20"."""
    opt_in: str = ""
    """The option of `snapper capture` that asks for it: "tools" for what costs as much as all the rest or asks slow
    hardware, "profile" for what samples the CPUs, "ping" for what asks another host, whose name fills `{host}`."""
    judged: bool = True
    """False for a cross-check whose numbers another source has already; it is evidence, not series."""

    @property
    def per_process(self) -> bool:
        """Whether its keys are pids, to be folded into programs (a reading's own instance comes behind)."""
        return isinstance(self.read, PerProcess) or (isinstance(self.read, Command) and self.read.largest > 0)
