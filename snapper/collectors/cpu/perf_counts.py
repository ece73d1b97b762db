"""From the intervals that `perf stat -I` prints, as JSON lines or with commas, to events a second.

    {"interval" : 1.001094282, "counter-value" : "16090.000000", "unit" : "", "event" : "context-switches",
     "event-runtime" : 2002758726, "pcnt-running" : 100.00, "metric-value" : 8.033913, "metric-unit" : "K/sec"}
         1.001072534,1316,,context-switches,2002494469,100.00,657.183,/sec

(the first is one line). perf writes JSON from 6.0 on. What it counts in an interval is that interval's alone. An event
that the processor does not have is `<not supported>`, one that never had a counter `<not counted>`: both are unknown,
never 0. Where there are more events than counters the kernel lets them take turns, and perf scales the count by the
share of the time that the event had one, which stands beside it.

On processors with two kinds of cores an event is counted by each: `cpu_core/cycles/` and `cpu_atom/cycles/`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from snapper.collectors.contract import Origin, Parse, Reading
from snapper.collectors.text.figures import LARGEST, decimal
from snapper.collectors.text.refusal import refused
from snapper.metric import Metric

LEAST_COUNTED: Final = 10.0
"""Per cent of an interval: a scaled count of less is a guess, for the turns are few and programs are not even."""
_LONGEST: Final = 1e9
"""Seconds; no window is longer."""
_WHERE: Final = "perf stat"
_UNCOUNTED: Final = frozenset({"<not supported>", "<not counted>"})
_EVENT: Final = re.compile(r"(?:[\w.]+/)?([A-Za-z][A-Za-z0-9_-]*(?::[a-z]\w+)?)/?", re.ASCII)
"""With or without the unit that counts it; `cycles:u`, which leaves the kernel out, is another event."""
_EXPECTED: Final = "an interval, a count and an event"


class _Row(NamedTuple):
    ends: float
    """Seconds from the start of the run."""
    event: str
    counted: float | None
    """None where it is not known."""


def counts_of(text: str) -> dict[str, float]:
    """Read all intervals; the last one is left out where perf was killed in the middle of it.

    Returns:
        Event to its mean per second, over the intervals in which it was counted on every kind of core. An event
        that was counted in none is not there.

    Raises:
        ValueError: There is no whole interval, or a line is not what `perf stat -I` prints.
    """
    counts: defaultdict[str, float] = defaultdict(float)
    seconds: defaultdict[str, float] = defaultdict(float)
    began = 0.0
    for rows in _intervals(text):
        ends = rows[0].ends
        for event, count in _sums(rows).items():
            if count is not None:
                counts[event] += count
                seconds[event] += ends - began
        began = ends
    return {event: count / seconds[event] for event, count in counts.items()}


def parser_of(metrics: Iterable[Metric]) -> Parse:
    """What yields the events that these metrics are named after, `perf.cycles` of cycles, as far as they were counted.

    It raises ValueError as `counts_of` does.
    """
    names = {metric.name.removeprefix("perf."): metric.name for metric in metrics}

    def parse(text: str, _origin: Origin) -> Iterator[Reading]:
        for event, rate in counts_of(text).items():
            if event in names:
                yield Reading(names[event], rate)

    return parse


def _intervals(text: str) -> list[list[_Row]]:
    found: list[list[_Row]] = []
    whole = text[: text.rfind("\n") + 1]
    for number, line in enumerate(whole.splitlines(), start=1):
        row = _row(line, number)
        if row and found and row.ends == found[-1][0].ends:
            found[-1].append(row)
        elif row:
            if row.ends <= (found[-1][0].ends if found else 0.0):
                raise refused(_WHERE, number, line, "intervals that follow each other")
            found.append([row])
    is_cut = whole != text if len(found) == 1 else bool(found) and len(found[-1]) < len(found[0])
    if is_cut:
        found.pop()
    if not found:
        raise ValueError(f"perf stat printed no whole interval; read {text[:60]!r}; run perf stat -a -j -I 1000.")
    return found


def _sums(rows: list[_Row]) -> dict[str, float | None]:
    """Each event over all kinds of cores; not known if that of any is not."""
    counts: defaultdict[str, list[float | None]] = defaultdict(list)
    for row in rows:
        counts[row.event].append(row.counted)
    return {event: None if None in each else sum(filter(None, each)) for event, each in counts.items()}


def _row(line: str, number: int) -> _Row | None:
    """One line; None for comments and for metrics that perf computed from several events."""
    if not line.strip() or line.startswith("#"):
        return None
    if line.startswith("{"):
        ends, count, event, share = _from_json(line, number)
    else:
        ends, count, event, share = _from_columns(line, number)
    if not event:
        return None
    name = _EVENT.fullmatch(event)
    if count in _UNCOUNTED or share < LEAST_COUNTED:
        return _Row(ends, name[1] if name else event, None)
    value = decimal(count, f"{_WHERE}:{number}")
    if not (0 < ends < _LONGEST and 0 <= value <= LARGEST):
        raise refused(_WHERE, number, line, _EXPECTED)
    return _Row(ends, name[1] if name else event, value)


def _from_json(line: str, number: int) -> tuple[float, str, str, float]:
    try:
        told: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise refused(_WHERE, number, line, _EXPECTED) from error
    count, event = told.get("counter-value", ""), told.get("event", "")
    ends, share = _figure(told.get("interval")), _figure(told.get("pcnt-running", 100.0))
    if type(count) is not str or type(event) is not str or ends is None or share is None:
        raise refused(_WHERE, number, line, _EXPECTED)
    return ends, count, event, share


def _figure(value: object) -> float | None:
    """A number of JSON that may be seconds or per cent."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _LONGEST:
        return float(value)
    return None


def _from_columns(line: str, number: int) -> tuple[float, str, str, float]:
    """time,count,unit,event,run time,per cent,metric,its unit; a metric's own line has no event."""
    words = [word.strip() for word in line.split(",")]
    if len(words) < 4:
        raise refused(_WHERE, number, line, _EXPECTED)
    where = f"{_WHERE}:{number}"
    share = decimal(words[5], where) if len(words) > 5 and words[5] else 100.0
    return decimal(words[0], where), words[1], words[3], share
