"""How long a host takes to answer over the window, and how much gets lost on the way.

Runs `ping -n -i <interval> -c <count> -- <host>` along with the window, where the user asked for it: it is the only
source that sends anything. A reply a line, and a summary at the end.

    64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.756 ms
    3 packets transmitted, 3 received, 0% packet loss, time 409ms
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_metric = partial(
    Metric, unit="seconds", kind=Kind.GAUGE, resource=Resource.NETWORK, worse=Worse.MORE,
    doc="https://man7.org/linux/man-pages/man8/ping.8.html", next="tracepath -n <host>",
)  # fmt: skip

# fmt: off
_MEAN: Final = _metric(
    name="ping.rtt", role=Role.SATURATION, title="Round-trip time to the host that was asked for",
    moved_by=("ip.route", "ip.route6", "net.mtu"),
    help="Mean time from a ping to its reply. More means a longer way, or queues on it.")
_MOST: Final = _metric(
    name="ping.rtt_max", role=Role.INTERNAL, title="Longest round-trip time to the host that was asked for",
    help="The longest time from a ping to its reply within the window.")
_LOSS: Final = _metric(
    name="ping.loss", unit="ratio", role=Role.ERRORS, title="Loss on the way to the host that was asked for",
    moved_by=("ip.route", "ip.route6", "net.mtu"),
    help="Share of the pings that were not answered. Any is worse than none: packets are lost, or the host is down.")
# fmt: on
_REPLY: Final = re.compile(r"[0-9]+ bytes from .*[ :]time[=<]([0-9]{1,9}(?:\.[0-9]{1,9})?) ?ms")
_SUMMARY: Final = re.compile(r"([0-9]{1,9}) packets transmitted, ([0-9]{1,9}) (?:packets )?received.*")
_HEADING: Final = "PING "


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield mean and maximum of the replies, if there were any, and the loss if the summary is there.

    Raises:
        ValueError: The output is not that of ping.
    """
    if not text.startswith(_HEADING):
        raise ValueError(f"ping printed no 'PING <host> ...', but {text[:80]!r}.")
    lines = text.splitlines()
    times = [float(reply[1]) / 1000 for line in lines if (reply := _REPLY.fullmatch(line.strip()))]
    if times:
        yield Reading(_MEAN.name, sum(times) / len(times))
        yield Reading(_MOST.name, max(times))
    for line in lines:
        summary = _SUMMARY.fullmatch(line.strip())
        if summary and int(summary[1]):
            yield Reading(_LOSS.name, max(1 - int(summary[2]) / int(summary[1]), 0.0))
            return


COLLECTOR = Collector(
    name="cmd.ping",
    read=Command(
        argv=("ping", "-n", "-i", "{interval}", "-c", "{count}", "--", "{host}"),
        version=("ping", "-V"),
        cadence=Cadence.WINDOW,
    ),
    metrics=(_MEAN, _MOST, _LOSS),
    parse=parse,
    adds="round-trip time and loss to a host of your choice",
    needs="ping (package iputils-ping), and a host to ask: --ping HOST",
    opt_in="ping",
)
