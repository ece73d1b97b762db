"""The server's log of failures, which its management controller keeps over reboots: memory, power, fans, heat.

Runs `ipmitool -c sel elist`, which asks for one entry after the other and takes seconds. A row is a number, a date, a
time, a sensor, an event, and whether it began or ended.

    1,10/26/2014,20:17:30,Event Logging Disabled #0x07,Log area reset/cleared,Asserted
    2,10/26/2014,20:17:47 UTC,Power Supply #0x51,Power Supply AC lost,Asserted
    3,Pre-Init,0000000014,Memory #0x02,Correctable ECC,Asserted

Entries stay until somebody clears the log, so that what counts is what came between two captures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine.ipmi_words import DOC, FAILURE, NEEDS, THERE
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_log = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, worse=Worse.MORE, doc=DOC, next="ipmitool sel elist",
)  # fmt: skip

# fmt: off
_ENTRIES: Final = _log(
    name="ipmi.sel.entries", unit="events", role=Role.INTERNAL, title="Entries in the server's event log", history=True,
    help="Entries that the management controller's event log holds, of any kind. It takes no more when it is full.",
)
_FAILURES: Final = _log(
    name="ipmi.sel.failures", unit="errors", role=Role.ERRORS, labels=("sensor",), title="Failures in the server's log",
    help="Entries of the management controller's event log that tell of a failure of this part: a memory error, a "
         "supply without power, a fan or a disk that failed. More than before means that it happened again.",
)
# fmt: on

_NUMBER: Final = re.compile(r"[0-9a-fA-F]{1,4}")
_SENSOR: Final = 3
_EVENT: Final = 4
_ROW: Final = 5
"""Fields of a row at least; an entry of a maker's own kind has other words there."""
_EMPTY: Final = "SEL has no entries"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield how many entries there are, and of each sensor how many tell that a failure began.

    Raises:
        ValueError: A line that is no entry.
    """
    entries = 0
    failures: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [field.strip() for field in line.split(",")]
        if not line.strip() or _EMPTY in line:
            continue
        if len(fields) < _SENSOR or not _NUMBER.fullmatch(fields[0]):
            raise ValueError(f"ipmitool:{number} expected number,date,time,sensor,event, read {line[:80]!r}.")
        entries += 1
        if len(fields) >= _ROW and fields[_SENSOR] and "Deasserted" not in fields[_EVENT:]:
            failures[fields[_SENSOR]] += bool(FAILURE.search(fields[_EVENT]))
    if entries or _EMPTY in text:
        yield Reading(_ENTRIES.name, entries)
    for sensor, count in failures.items():
        yield Reading(_FAILURES.name, count, sensor)


COLLECTOR: Final = Collector(
    name="cmd.ipmitool.sel",
    read=Command(
        argv=("ipmitool", "-c", "sel", "elist"),
        version=("ipmitool", "-V"),
        cadence=Cadence.ONCE,
        where=THERE,
        timeout=30.0,
        max_bytes=2 * 1024 * 1024,
    ),
    opt_in="tools",
    metrics=(_ENTRIES, _FAILURES),
    parse=parse,
    adds="the server's own log of memory, power, fan and heat failures",
    needs=NEEDS,
)
