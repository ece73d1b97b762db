"""By which routers packets reach a host.

Runs `tracepath -n <host>`, or `traceroute -n`, once before the window, where the user asked for it. Routers that do
not answer are left out. Where several ways are used by turns a hop has several addresses.

     1?: [LOCALHOST]                      pmtu 1500
     1:  192.0.2.1                                             0.062ms
     2:  198.51.100.7                                          0.541ms reached
         Resume: pmtu 1500 hops 2 back 2
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
    Metric, resource=Resource.NETWORK, worse=Worse.EITHER, doc="https://man7.org/linux/man-pages/man8/tracepath.8.html",
    next="tracepath -n <host>", moved_by=("ip.route", "ip.route6"),
)  # fmt: skip

# fmt: off
_HOP: Final = _metric(
    name="trace.hop", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, labels=("hop",), title="Router on the way",
    moved_by=(),
    help="Address of the router that is so many hops away on the way to the host that was asked for. Another one "
         "means that packets go another way.")
_PMTU: Final = _metric(
    name="trace.pmtu", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, title="MTU of the way", moved_by=(),
    help="Largest packet, in bytes, that all links to the host let through whole.")
_HOPS: Final = _metric(
    name="trace.hops", unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, title="Hops to the host",
    help="Routers on the way to the host that was asked for, itself included, if it was reached.")
# fmt: on
_TRACEPATH: Final = re.compile(r"\s*([0-9]{1,3})\??:\s+(\S+)\s(.*)")
_RESUME: Final = re.compile(r"\s*Resume: pmtu ([0-9]{1,5})(?: hops ([0-9]{1,3}))?.*")
_TRACEROUTE: Final = re.compile(r"traceroute to \S+ \((\S+)\), [0-9]+ hops max.*")
_ROW: Final = re.compile(r"\s*([0-9]{1,3})\s+(\S.*)")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the address of every hop that answered, and the number of hops if the host was reached.

    Raises:
        ValueError: The output is neither that of tracepath nor that of traceroute.
    """
    lines = text.splitlines()
    heading = _TRACEROUTE.fullmatch(lines[0]) if lines else None
    rows = [found for line in lines if (found := (_ROW if heading else _TRACEPATH).fullmatch(line))]
    if not rows:
        raise ValueError(f"expected hops as tracepath -n or traceroute -n print them, read {text[:80]!r}.")
    hops: dict[int, set[str]] = {}
    for row in rows:
        # A router nearer by answers in place of the hop's own where the packet is too large for its link.
        words = row[2].split() if heading else [row[2]] if " pmtu " not in row[3] else []
        hops.setdefault(int(row[1]), set()).update(word for word in words if _ADDRESS.fullmatch(word))
    for number, addresses in hops.items():
        if addresses:
            yield Reading(_HOP.name, " ".join(sorted(addresses)), str(number))
    if heading:
        yield from _reached(heading[1], hops)
    else:
        yield from _resumed(lines)


def _reached(target: str, hops: dict[int, set[str]]) -> Iterator[Reading]:
    for number, addresses in hops.items():
        if target in addresses:
            yield Reading(_HOPS.name, number)
            return


def _resumed(lines: list[str]) -> Iterator[Reading]:
    """What tracepath says at the end; without a number of hops the host was not reached."""
    for line in lines:
        if resume := _RESUME.fullmatch(line):
            yield Reading(_PMTU.name, resume[1])
            if resume[2]:
                yield Reading(_HOPS.name, int(resume[2]))


COLLECTOR = Collector(
    name="cmd.trace",
    read=Command(
        argv=("tracepath", "-n", "-m", "20", "--", "{host}"),
        version=("tracepath", "-V"),
        cadence=Cadence.ONCE,
        alternatives=(("traceroute", "-n", "-w", "1", "-q", "1", "-m", "20", "--", "{host}"),),
        timeout=20.0,
    ),
    metrics=(_HOP, _PMTU, _HOPS),
    parse=parse,
    adds="the routers on the way to a host of your choice",
    needs="tracepath (package iputils-tracepath) or traceroute, and a host to ask: --trace HOST",
    opt_in="trace",
)
