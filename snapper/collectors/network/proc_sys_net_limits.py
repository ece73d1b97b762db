"""How much of its limits the network stack takes: memory of TCP and UDP, orphans, TIME-WAIT.

Reads files of /proc/sys/net/ipv4 as numbers, which `proc_sys` has as text. tcp_mem and udp_mem hold three numbers of
pages, the last of which is the limit; ip_local_port_range the first and the last port. What they limit is counted in
/proc/net/sockstat and by `ss`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/ip-sysctl.html"
_PAGES: Final = frozenset({"tcp_mem", "udp_mem"})
_PORTS: Final = "ip_local_port_range"
_NUMBERS: Final = {"tcp_mem": 3, "udp_mem": 3, "tcp_max_orphans": 1, "tcp_max_tw_buckets": 1, _PORTS: 2}
"""File → how many numbers it holds."""


def _limit(file: str, unit: str, title: str, meaning: str) -> Metric:
    return Metric(
        name=f"limit.{file}", unit=unit, kind=Kind.GAUGE, resource=Resource.SOCKETS, role=Role.INTERNAL,
        worse=Worse.LESS, title=title, help=meaning, doc=_DOC, next=f"sysctl net.ipv4.{file}",
        moved_by=(f"sysctl[net.ipv4.{file}]",),
    )  # fmt: skip


# fmt: off
_METRICS: Final = {metric.name.removeprefix("limit."): metric for metric in (
    _limit("tcp_mem", "bytes", "Limit on memory of TCP buffers",
           "Memory that the buffers of all TCP sockets may hold together; beyond it connections are reset."),
    _limit("udp_mem", "bytes", "Limit on memory of UDP buffers",
           "Memory that the buffers of all UDP sockets may hold together; beyond it datagrams are dropped."),
    _limit("tcp_max_orphans", "sockets", "Limit on orphaned TCP sockets",
           "Closed sockets that may wait for their peer's answer; beyond it they are reset."),
    _limit("tcp_max_tw_buckets", "sockets", "Limit on TCP sockets in TIME-WAIT",
           "Closed connections that may wait for stray packets; beyond it they are ended at once."),
    _limit(_PORTS, "count", "Local ports to be handed out",
           "Ports that the kernel chooses from for connections of this host. To one and the same address and port "
           "there can be no more connections than that."),
)}
# fmt: on


def _share(name: str, title: str, meaning: str, inputs: tuple[str, str], *, primary: bool = False) -> Derived:
    limit = inputs[1].removeprefix("limit.")
    return Derived(
        metric=Metric(
            name=name, unit="ratio", kind=Kind.GAUGE, resource=Resource.SOCKETS, role=Role.UTILIZATION,
            worse=Worse.MORE, title=title, help=meaning, doc=_DOC, next="ss -s; cat /proc/net/sockstat",
            moved_by=(f"sysctl[net.ipv4.{limit}]",), primary=primary,
        ),
        inputs=inputs,
        compute=truediv,
    )  # fmt: skip


_DERIVED: Final = (
    _share(
        "sockstat.TCP.mem_utilization",
        "TCP memory utilization",
        "Share of its limit that the memory of all TCP buffers takes. Near one, windows shrink, data is dropped and "
        "connections are reset.",
        ("sockstat.TCP.mem", "limit.tcp_mem"),
        primary=True,
    ),
    _share(
        "sockstat.UDP.mem_utilization",
        "UDP memory utilization",
        "Share of its limit that the memory of all UDP buffers takes. At one, datagrams are dropped.",
        ("sockstat.UDP.mem", "limit.udp_mem"),
    ),
    _share(
        "sockstat.TCP.orphan_utilization",
        "Orphaned sockets against their limit",
        "Share of the limit on orphaned sockets that is taken. At one, closed connections are reset before their last "
        "data has arrived.",
        ("sockstat.TCP.orphan", "limit.tcp_max_orphans"),
    ),
    _share(
        "sockstat.TCP.tw_utilization",
        "TIME-WAIT sockets against their limit",
        "Share of the limit on sockets in TIME-WAIT that is taken. At one, further ones are ended at once, which the "
        "kernel logs.",
        ("sockstat.TCP.tw", "limit.tcp_max_tw_buckets"),
    ),
    _share(
        "ss.local_port_utilization",
        "Local ports taken to one destination",
        "Share of the local ports that connections to the busiest remote address and port hold, those in TIME-WAIT "
        "included. At one, this host can open no further connection to it.",
        ("ss.busiest_destination", f"limit.{_PORTS}"),
    ),
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the one limit of a file, in bytes where the file has pages.

    Raises:
        ValueError: The file holds not as many whole numbers as it should, or ports in the wrong order.
    """
    expected = _NUMBERS.get(origin.key)
    if expected is None:
        return
    words = text.split()
    if len(words) != expected or not all(re.fullmatch("[0-9]{1,19}", word) for word in words):
        raise ValueError(f"/proc/sys/net/ipv4/{origin.key} expected {expected} whole number(s), read {text[:60]!r}.")
    first, last = int(words[0]), int(words[-1])
    if origin.key != _PORTS:
        yield Reading(_METRICS[origin.key].name, last * origin.page_size if origin.key in _PAGES else last)
    elif first > last:
        raise ValueError(f"/proc/sys/net/ipv4/{_PORTS} expected the first and the last port, read {text[:60]!r}.")
    else:
        yield Reading(_METRICS[_PORTS].name, last - first + 1)


COLLECTOR = Collector(
    name="proc.sys.net.limits",
    read=Files(patterns=tuple(f"proc/sys/net/ipv4/{file}" for file in _NUMBERS), cadence=Cadence.ONCE),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    derived=_DERIVED,
    adds="how near TCP and UDP are to their limits on memory, orphans, TIME-WAIT and local ports",
    needs="CONFIG_PROC_FS, CONFIG_SYSCTL and CONFIG_INET",
)
