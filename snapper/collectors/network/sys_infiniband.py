"""RDMA ports (InfiniBand, RoCE, iWARP): traffic, waits and errors that pass by the kernel's own counters.

Reads /sys/class/infiniband/<device>/ports/<port>/ (since Linux 2.6.12): a value in each file of counters/ and
hw_counters/, beside state, rate and link_layer. The key is `mlx5_0/ports/1/counters/port_rcv_data`, the instance
`mlx5_0/1`. Data is counted in units of four bytes. Devices without such a counter say "N/A (no PMA)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.network.infiniband_counters import COUNTERS, DOC, HARDWARE
from snapper.collectors.network.nic_counters import meaning
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.NEITHER,
    doc=DOC, labels=("port",), next="ibstat",
)  # fmt: skip

# fmt: off
_OF_PORT: Final = {
    "state": _fact(name="infiniband.state", title="State of the RDMA port",
                   help="Whether the port passes data (ACTIVE) or waits for the subnet's manager or a cable."),
    "phys_state": _fact(name="infiniband.phys_state", title="Physical state of the RDMA port",
                        help="Whether the link is up, is looking for its partner (Polling) or is off."),
    "link_layer": _fact(name="infiniband.link_layer", title="Link layer of the RDMA port",
                        help="InfiniBand, or Ethernet that RDMA goes over."),
    "rate": _fact(name="infiniband.rate", title="Rate of the RDMA port",
                  help="Speed and lanes that the link agreed on. Less than before means a bad cable or port."),
}
_OF_DEVICE: Final = {
    "fw_ver": _fact(name="infiniband.fw_ver", labels=("device",), title="Firmware of the RDMA device",
                    help="Version of what runs on the device itself."),
    "hca_type": _fact(name="infiniband.hca_type", labels=("device",), title="Model of the RDMA device",
                      help="What the device is."),
    "board_id": _fact(name="infiniband.board_id", labels=("device",), title="Board of the RDMA device",
                      help="Which board the device sits on, as its maker names it."),
}
# fmt: on
_SPEED: Final = Metric(
    name="infiniband.speed",
    unit="bits/second",
    kind=Kind.GAUGE,
    resource=Resource.NETWORK,
    role=Role.INTERNAL,
    worse=Worse.LESS,
    title="Speed of the RDMA port",
    help="What the link agreed on. Less means a bad cable or port, or fewer lanes.",
    doc=DOC,
    labels=("port",),
    next="ibstat",
)


def _utilization(received: Any, sent: Any, speed: Any) -> Any:
    """Share of the speed (bits/s) that the busier direction (bytes/s) takes, elementwise."""
    return (received + sent + abs(received - sent)) / 2 * 8 / speed


_UTILIZATION: Final = Derived(
    metric=Metric(
        name="infiniband.utilization",
        unit="ratio",
        kind=Kind.GAUGE,
        resource=Resource.NETWORK,
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="RDMA port utilization",
        help="Share of the port's speed that its busier direction takes. Near one, senders wait for each other.",
        doc=DOC,
        labels=("port",),
        next="perfquery -x",
        primary=True,
        moved_by=("infiniband.rate",),
    ),
    inputs=("infiniband.port_rcv_data", "infiniband.port_xmit_data", "infiniband.speed"),
    compute=_utilization,
)
_LANES: Final = 4
"""Bytes in a unit of port_rcv_data and port_xmit_data."""
_COUNTERS: Final = frozenset(metric.name for metric in COUNTERS)
_KEY: Final = re.compile(
    r"(?P<device>[^/]+)(?:/ports/(?P<port>[0-9]+))?(?:/(?P<folder>counters|hw_counters))?/(?P<file>[^/]+)"
)
_RATE: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) Gb/sec.*")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what a file tells, or nothing where the device does not know it or the file is not known.

    Raises:
        ValueError: The key is no file of a device or port, or a counter or rate has not the form it should.
    """
    key = _KEY.fullmatch(origin.key)
    if not key:
        raise ValueError(f"An RDMA device's file needs its path, as 'mlx5_0/ports/1/state', and has {origin.key!r}.")
    instance = f"{key['device']}/{key['port']}" if key["port"] else key["device"]
    value = " ".join(text.split())
    if not value or value.startswith("N/A"):
        return
    if key["folder"]:
        yield from _counter(key["folder"], key["file"], instance, value)
    elif metric := (_OF_PORT if key["port"] else _OF_DEVICE).get(key["file"]):
        yield Reading(metric.name, re.sub(r"^[0-9]+: ", "", value), instance)
        if key["file"] == "rate":
            if not (rate := _RATE.fullmatch(value)):
                raise ValueError(f"/sys/class/infiniband/{origin.key} expected '100 Gb/sec ...', read {text[:40]!r}.")
            yield Reading(_SPEED.name, float(rate[1]) * 1e9, instance)


def _counter(folder: str, file: str, instance: str, value: str) -> Iterator[Reading]:
    own = folder == "hw_counters"
    metric = HARDWARE.get(meaning(file).value) if own else None
    name = f"infiniband.{file}"
    if not metric and (own or name not in _COUNTERS):
        return
    if not re.fullmatch("[0-9]{1,20}", value):
        raise ValueError(f"{folder}/{file} of {instance} expected a whole number, read {value[:40]!r}.")
    if metric:
        yield Reading(metric.name, int(value), f"{instance} {file}")
    else:
        yield Reading(name, int(value) * (_LANES if name.endswith("_data") else 1), instance)


COLLECTOR = Collector(
    name="sys.infiniband",
    read=Files(
        patterns=(
            *(f"sys/class/infiniband/*/{file}" for file in _OF_DEVICE),
            "sys/class/infiniband/*/hw_counters/*",
            *(f"sys/class/infiniband/*/ports/*/{file}" for file in _OF_PORT),
            *(f"sys/class/infiniband/*/ports/*/{folder}/*" for folder in ("counters", "hw_counters")),
        ),
        cadence=Cadence.EDGES,
        max_files=2_000,
    ),
    metrics=(*COUNTERS, *HARDWARE.values(), *_OF_PORT.values(), *_OF_DEVICE.values(), _SPEED),
    parse=parse,
    derived=(_UTILIZATION,),
    adds="traffic, waits and errors of RDMA ports, which no other counter of the kernel has",
    needs="an RDMA device with its driver loaded",
)
