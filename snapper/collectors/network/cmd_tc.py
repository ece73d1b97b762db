"""What the queueing disciplines of every interface dropped, held back and still hold, and how they are set.

Runs `tc -s -j qdisc show` of iproute2 (JSON since 4.19) at both edges of the window. The root discipline of an
interface counts for all below it, so its numbers are the interface's; what is below tells by its settings only, and by
packets marked for congestion, which the root does not add up.

    [{"kind":"fq_codel","handle":"0:","dev":"eth0","root":true,"options":{"limit":10240,"flows":1024,...},
      "bytes":340821,"packets":3965,"drops":0,"overlimits":0,"requeues":0,"backlog":0,"qlen":0,"ecn_mark":0}]

Interfaces without a queue (noqueue), as virtual ones mostly are, are passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.json_rows import Row, as_told, count, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_COMMAND: Final = ("tc", "-s", "-j", "qdisc", "show")
_SETTINGS: Final = ("qdisc.kind", "qdisc.options", "net.tx_queue_len", "sysctl[net.core.default_qdisc]")

_base = partial(
    Metric, resource=Resource.NETWORK, labels=("interface",), next="tc -s qdisc show dev {instance}",
    doc="https://man7.org/linux/man-pages/man8/tc.8.html",
)  # fmt: skip
_counter = partial(_base, unit="packets", kind=Kind.COUNTER, worse=Worse.MORE, moved_by=_SETTINGS)
_gauge = partial(_counter, kind=Kind.GAUGE)
_fact = partial(_base, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
_NUMBERS: Final = {
    "drops": _counter(
        name="qdisc.drops", role=Role.SATURATION, title="Packets dropped by the queueing discipline",
        help="Packets thrown away on their way out because the queue was full, or early so that it does not fill. "
             "More means that more is sent than the link or its shaper lets through."),
    "overlimits": _counter(
        name="qdisc.overlimits", unit="events", role=Role.INTERNAL, title="Sending held back by a shaper",
        help="Times a packet could not be sent at once because a rate limit was reached. A shaper at work; more "
             "means that it has more to do."),
    "requeues": _counter(
        name="qdisc.requeues", unit="events", role=Role.INTERNAL, title="Packets given back by the driver",
        help="Times the driver could not take a packet, for its ring was full, and it went back to the queue."),
    "backlog": _gauge(
        name="qdisc.backlog", unit="bytes", role=Role.SATURATION, title="Bytes waiting to be sent",
        help="Bytes in the queue of the interface at that moment. More is delay, and drops come next."),
    "qlen": _gauge(
        name="qdisc.qlen", role=Role.INTERNAL, title="Packets waiting to be sent",
        help="Packets in the queue of the interface at that moment."),
}
_MARKED: Final = _counter(
    name="qdisc.ecn_mark", role=Role.SATURATION, title="Packets marked for congestion by this host",
    help="Packets that a queue of this host marked instead of dropping them (ECN). More means that its queue fills.")
_KIND: Final = _fact(
    name="qdisc.kind", title="Queueing discipline",
    help="Who orders the packets that an interface sends, and how many there are below it. Another one shares, delays "
         "and drops differently.")
_OPTIONS: Final = _fact(
    name="qdisc.options", labels=("interface", "qdisc"), title="Queueing discipline's settings",
    help="Rates, limits and targets of the discipline, as tc names them.")
# fmt: on
_QUEUELESS: Final = "noqueue"
_INBOUND: Final = frozenset({"ingress", "clsact"})
_COUNTERS: Final = "_stat"
"""End of the name of what stands among the options and is a count: htb's direct_packets_stat."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield counters and settings of every interface with a queue.

    Raises:
        ValueError: The output is not JSON, was cut, or has something else than counts where counts should be.
    """
    of_interface: dict[str, list[Row]] = {}
    for row in rows_of(text, " ".join(_COMMAND)):
        if word(row, "kind") != _QUEUELESS and word(row, "dev"):
            of_interface.setdefault(word(row, "dev"), []).append(row)
    for interface, disciplines in of_interface.items():
        inbound = [row for row in disciplines if word(row, "kind") in _INBOUND]
        outbound = [row for row in disciplines if row not in inbound]
        for row in inbound:
            yield from _numbers(row, f"{interface} {word(row, 'kind')}", ("drops", "overlimits"))
        for row in outbound:
            if row.get("root") is True:
                yield from _numbers(row, interface, tuple(_NUMBERS))
        marks = [marked for row in outbound if (marked := count(row, "ecn_mark")) is not None]
        if marks:
            yield Reading(_MARKED.name, sum(marks), interface)
        yield from _settings(interface, disciplines)


def _numbers(row: Row, instance: str, keys: Sequence[str]) -> Iterator[Reading]:
    for key in keys:
        value = count(row, key)
        if value is not None:
            yield Reading(_NUMBERS[key].name, value, instance)


def _settings(interface: str, disciplines: Sequence[Row]) -> Iterator[Reading]:
    roots = [word(row, "kind") for row in disciplines if row.get("root") is True]
    below = Counter(word(row, "kind") for row in disciplines if row.get("root") is not True)
    parts = roots + [f"{number} {kind}" if number > 1 else kind for kind, number in sorted(below.items())]
    yield Reading(_KIND.name, ", ".join(parts), interface)
    options: dict[str, set[str]] = {}
    for row in disciplines:
        if told := _as_text(row.get("options", {})):
            options.setdefault(word(row, "kind"), set()).add(told)
    for kind, texts in sorted(options.items()):
        yield Reading(_OPTIONS.name, "; ".join(sorted(texts)), f"{interface} {kind}")


def _as_text(options: Any) -> str:
    if type(options) is not dict:
        raise ValueError(f"{' '.join(_COMMAND)} expected options by name, read {options!r:.60}.")
    return " ".join(
        f"{name}={as_told(value)}" for name, value in sorted(options.items()) if not name.endswith(_COUNTERS)
    )


COLLECTOR = Collector(
    name="cmd.tc",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.EDGES),
    metrics=(*_NUMBERS.values(), _MARKED, _KIND, _OPTIONS),
    parse=parse,
    adds="packets that the queues of every interface dropped, held back and hold, and how those are set",
    needs="tc of iproute2 >= 4.19 (package iproute2)",
)
