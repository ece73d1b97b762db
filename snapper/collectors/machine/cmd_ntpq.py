"""How far the clock is off, and whether it is being kept right, by ntpd's account.

Runs `ntpq -pn`, of ntp or ntpsec: a line for each server. The mark before it says what ntpd makes of it; `*` stands
before the one that it follows, `o` where a pulse each second refines that one. Delay, offset and jitter are
milliseconds; reach is an octal mask of the last eight tries that were answered.

         remote           refid      st t when poll reach   delay   offset  jitter
    ==============================================================================
    *198.51.100.15   192.0.2.254      2 u   63   64  377   22.654    0.231   1.964

Which server it follows is left out: pools change it all the time. Where ntpd does not run, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.figures import decimal
from snapper.collectors.text.refusal import refused
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_MILLISECOND: Final = 1e-3

_gauge = partial(
    Metric, unit="seconds", kind=Kind.GAUGE, resource=Resource.HOST, role=Role.INTERNAL, worse=Worse.MORE,
    doc="https://www.ntp.org/documentation/4.2.8-series/ntpq/", next="ntpq -pn",
)  # fmt: skip

# fmt: off
_OF_PEER: Final = {
    "delay": _gauge(name="ntpq.delay", title="Way to the time server (ntpd)",
                    help="Time that a message takes to the server that is followed and back. A long way makes the "
                         "clock less certain."),
    "offset": _gauge(name="ntpq.offset", title="Clock offset (ntpd)",
                     help="By how much the clock is off from the server that is followed. Time stamps of different "
                          "hosts differ by that much."),
    "jitter": _gauge(name="ntpq.jitter", title="Scatter of the clock offset (ntpd)",
                     help="How much the offset differs from one message to the next. More makes the clock less "
                          "certain."),
}
_STRATUM: Final = _gauge(
    name="ntpq.st", unit="count", worse=Worse.EITHER, title="Stratum of the time server (ntpd)",
    help="Servers between the one that is followed and a clock that is right by itself.",
)
_REACHABLE: Final = _gauge(
    name="ntpq.reachable", unit="count", worse=Worse.LESS, title="Time servers that answer (ntpd)",
    help="Servers that answered at least one of the last eight tries. With fewer, a wrong one is not found out.",
)
_SYNCHRONIZED: Final = _gauge(
    name="ntpq.synchronized", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Clock follows a server (ntpd)",
    help="Whether ntpd follows a server. Where it does not, the clock drifts.",
)
# fmt: on
_MARKS: Final = " x.-+#*o"
_FOLLOWED: Final = "*o"
_HEADINGS: Final = ["remote", "refid", "st", "t", "when", "poll", "reach", "delay", "offset", "jitter"]
_OCTAL: Final = re.compile("[0-7]{1,3}")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is known of the server that is followed, and how many answer; nothing without an answer of ntpd.

    Raises:
        ValueError: Other headings, a line that does not fit them, or a figure that is none.
    """
    if not text.strip():
        return
    headings, *lines = text.splitlines()
    if headings.split() != _HEADINGS:
        raise refused("ntpq", 1, headings, "headings 'remote refid st t when poll reach delay offset jitter'")
    reachable = 0
    followed: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        words = line[1:].split()
        if line.startswith("="):
            continue
        if line[:1] not in _MARKS or len(words) != len(_HEADINGS):
            raise refused("ntpq", number, line, f"a mark and {len(_HEADINGS)} columns")
        row = dict(zip(_HEADINGS, words, strict=True))
        if not _OCTAL.fullmatch(row["reach"]):
            raise refused("ntpq", number, line, "an octal mask under 'reach'")
        reachable += int(row["reach"], 8) > 0
        followed = row if line[0] in _FOLLOWED else followed
    yield Reading(_REACHABLE.name, reachable)
    yield Reading(_SYNCHRONIZED.name, "yes" if followed else "no")
    if followed:
        yield Reading(_STRATUM.name, whole(followed["st"], "ntpq: st"))
        for heading, metric in _OF_PEER.items():
            yield Reading(metric.name, abs(decimal(followed[heading], f"ntpq: {heading}")) * _MILLISECOND)


COLLECTOR: Final = Collector(
    name="cmd.ntpq",
    read=Command(argv=("ntpq", "-pn"), version=("ntpq", "--version"), cadence=Cadence.EDGES),
    metrics=(*_OF_PEER.values(), _STRATUM, _REACHABLE, _SYNCHRONIZED),
    parse=parse,
    adds="how far the clock is off, where ntpd keeps it",
    needs="ntpq (package ntp or ntpsec) and an ntpd that runs",
)
