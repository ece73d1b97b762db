"""Fibre Channel ports: data and frames, errors of the link, its state and its speed.

Reads files of /sys/class/fc_host/HOST (since Linux 2.6.13), a value each; the keys are `host1/statistics/rx_words` and
`host1/port_state`. Counters are hexadecimal, of the port since its driver was loaded; a driver that does not keep one
says 0xffffffffffffffff. A word is four bytes.

    0x8b0848
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.sysfs_values import hexadecimal, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_NOT_KEPT: Final = 0xFFFFFFFFFFFFFFFF
_WORD: Final = 4
"""Bytes of a transmission word (include/scsi/scsi_transport_fc.h counts in words)."""
_SPEED: Final = re.compile(r"([0-9]{1,4}) Gbit")
_PAYLOAD: Final = 0.8
"""Of its nominal speed a Fibre Channel link carries as data: 100 MB/s for each Gbit, in every generation."""

_metric = partial(
    Metric, resource=Resource.DISK, labels=("host",), next="grep . /sys/class/fc_host/{instance}/statistics/*",
    doc="https://elixir.bootlin.com/linux/v6.12/source/include/scsi/scsi_transport_fc.h",
)  # fmt: skip
_load = partial(_metric, kind=Kind.COUNTER, role=Role.WORKLOAD, worse=Worse.NEITHER)
_fault = partial(_metric, unit="errors", kind=Kind.COUNTER, role=Role.ERRORS, worse=Worse.MORE)
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
# fmt: off
_COUNTERS: Final = {
    "rx_words": (_load(name="fc.rx_words", unit="bytes", title="Data received by Fibre Channel",
                       help="Data that arrived at this port. Demand."), _WORD),
    "tx_words": (_load(name="fc.tx_words", unit="bytes", title="Data sent by Fibre Channel",
                       help="Data that this port sent. Demand."), _WORD),
    "rx_frames": (_load(name="fc.rx_frames", unit="packets", role=Role.INTERNAL,
                        title="Frames received by Fibre Channel",
                        help="Frames that arrived at this port."), 1),
    "tx_frames": (_load(name="fc.tx_frames", unit="packets", role=Role.INTERNAL,
                        title="Frames sent by Fibre Channel",
                        help="Frames that this port sent."), 1),
    "error_frames": (_fault(name="fc.error_frames", title="Bad Fibre Channel frames",
                            help="Frames that arrived damaged. More points at the cable or a transceiver."), 1),
    "dumped_frames": (_fault(name="fc.dumped_frames", title="Fibre Channel frames dropped",
                             help="Frames that were thrown away because the host had no room. More is worse."), 1),
    "invalid_crc_count": (_fault(name="fc.invalid_crc_count", title="Fibre Channel checksum errors",
                                 help="Frames whose checksum was wrong. More points at cable or transceiver."), 1),
    "invalid_tx_word_count": (_fault(name="fc.invalid_tx_word_count", title="Invalid Fibre Channel words",
                                     help="Words that are none. More points at the cable or a transceiver."), 1),
    "link_failure_count": (_fault(name="fc.link_failure_count", title="Fibre Channel link failures",
                                  help="Times the link failed. Each stops all I/O through it."), 1),
    "loss_of_sync_count": (_fault(name="fc.loss_of_sync_count", title="Fibre Channel synchronisation lost",
                                  help="Times the link lost its synchronisation. More points at the cable."), 1),
    "loss_of_signal_count": (_fault(name="fc.loss_of_signal_count", title="Fibre Channel signal lost",
                                    help="Times the light went out. More points at cable, transceiver or switch."), 1),
    "prim_seq_protocol_err_count": (_fault(
        name="fc.prim_seq_protocol_err_count", title="Fibre Channel protocol errors",
        help="Errors of the link's own protocol. More points at the cable or the partner."), 1),
    "lip_count": (_fault(name="fc.lip_count", unit="events", title="Fibre Channel loop initialisations",
                         help="Times the loop was made up anew, while all I/O stood still."), 1),
    "nos_count": (_fault(name="fc.nos_count", unit="events", title="Fibre Channel not operational",
                         help="Times the partner said that it is not operational."), 1),
    "fcp_packet_aborts": (_fault(name="fc.fcp_packet_aborts", unit="events", title="SCSI commands aborted",
                                 help="Commands to disks that were given up and aborted. More is worse."), 1),
}
_FACTS: Final = {
    "port_state": _fact(name="fc.port_state", title="State of a Fibre Channel port",
                        help="Online where the port serves; Linkdown, Offline, Blocked or Error where it does not."),
    "port_type": _fact(name="fc.port_type", title="Kind of Fibre Channel port",
                       help="What the port is connected to: a fabric of switches, a loop, or one partner."),
    "port_name": _fact(name="fc.port_name", title="Name of a Fibre Channel port",
                       help="World-wide name of the port, which zones and arrays know it by."),
    "fabric_name": _fact(name="fc.fabric_name", title="Fibre Channel fabric",
                         help="World-wide name of the fabric that the port is in."),
    "speed": _fact(name="fc.negotiated_speed", title="Negotiated Fibre Channel speed",
                   help="What the port and its partner agreed on. Less than before means a bad cable or transceiver."),
    "dev_loss_tmo": _fact(name="fc.dev_loss_tmo", title="Patience with a lost Fibre Channel target",
                          help="Seconds that a target may be away before its disks are removed."),
}
_LINK_SPEED: Final = _metric(
    name="fc.speed", unit="bits/second", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.LESS,
    title="Fibre Channel speed",
    help="Nominal speed of the link. Less means a bad cable or transceiver, or another partner.")
_DOWN: Final = _fault(
    name="fc.port_down", unit="count", kind=Kind.GAUGE, title="Fibre Channel port down",
    help="1 for a port that is not Online. Its disks are reached another way, or not at all.")
_UTILIZATION: Final = _metric(
    name="fc.utilization", unit="ratio", kind=Kind.GAUGE, role=Role.UTILIZATION, worse=Worse.MORE,
    title="Fibre Channel utilization", moved_by=("fc.negotiated_speed",),
    help="Share of what the link can carry that its busier direction takes. Near one, I/O waits for the link.")
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A counter that is no hexadecimal number.

    >>> list(parse("0x10\n", Origin(key="host1/statistics/tx_words")))
    [Reading(metric='fc.tx_words', value=64, instance='host1')]
    """
    host, _, file = origin.key.partition("/")
    counter = file.removeprefix("statistics/")
    if file != counter and counter in _COUNTERS:
        metric, scale = _COUNTERS[counter]
        count = hexadecimal(text, f"/sys/class/fc_host/{origin.key}")
        if count != _NOT_KEPT:
            yield Reading(metric.name, count * scale, host)
    elif file in _FACTS and (value := words(text)):
        yield Reading(_FACTS[file].name, value, host)
        if file == "port_state":
            yield Reading(_DOWN.name, int(value != "Online"), host)
        elif file == "speed" and (speed := _SPEED.fullmatch(value)):
            yield Reading(_LINK_SPEED.name, int(speed[1]) * 10**9, host)


def _utilization(received: Any, sent: Any, speed: Any) -> Any:
    """Share of the speed that the busier direction takes, elementwise; bytes and bits a second."""
    larger = (received + sent + abs(received - sent)) / 2
    return larger * 8 / (speed * _PAYLOAD)


COLLECTOR: Final = Collector(
    name="sys.class.fc_host",
    read=Files(
        patterns=(
            *(f"sys/class/fc_host/*/statistics/{file}" for file in _COUNTERS),
            *(f"sys/class/fc_host/*/{file}" for file in _FACTS),
        ),
        cadence=Cadence.EDGES,
        max_files=2_000,
    ),
    metrics=(*(metric for metric, _ in _COUNTERS.values()), *_FACTS.values(), _LINK_SPEED, _DOWN),
    parse=parse,
    derived=(Derived(metric=_UTILIZATION, inputs=("fc.rx_words", "fc.tx_words", "fc.speed"), compute=_utilization),),
    adds="throughput and link errors of Fibre Channel ports",
    needs="a Fibre Channel adapter",
)
