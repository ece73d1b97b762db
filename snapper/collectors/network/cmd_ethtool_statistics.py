"""What every network card and its driver count themselves: drops and faults that no other file tells.

Runs `ethtool -S <interface>` once for each interface with a device behind it, at both edges of the window. Each driver
has its own names; `nic_counters` tells by them what is a loss and what is a fault. The others (traffic, how the driver
works) stay in the archive as evidence.

    NIC statistics:
         rx_missed_errors: 0
         bw_in_allowance_exceeded: 12
         rx_queue_0_drops: 0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines
from snapper.collectors.network.nic_counters import Meaning, meaning, summed_over_queues
from snapper.collectors.network.sys_class_net_statistics import COLLECTOR as SYSFS
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence

_counter = partial(
    Metric, kind=Kind.COUNTER, resource=Resource.NETWORK, worse=Worse.MORE, doc=ethtool_lines.DOC,
    labels=("interface", "counter"), next="ethtool -S {instance}",
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    Meaning.LOST: _counter(
        name="ethtool.lost", unit="packets", role=Role.SATURATION, title="Losses counted by the network card",
        moved_by=("ethtool.ring", "ethtool.channels", "ethtool.coalesce", "ethtool.pause", "queues.*"),
        help="A counter of the card or its driver for packets dropped or held up: a full ring, no buffer, a pause "
             "frame, a limit of the cloud provider (allowance exceeded). More is worse; what exactly it counts only "
             "the driver's documentation says."),
    Meaning.FAULTY: _counter(
        name="ethtool.faults", unit="errors", role=Role.ERRORS, title="Faults counted by the network card",
        moved_by=("ethtool.driver_version", "ethtool.firmware_version", "ethtool.feature"),
        help="A counter of the card or its driver for what is damaged, refused or broken: checksum, symbol, length, "
             "timeout, reset. Any steady rate points at a cable, a transceiver, the card or its driver."),
}
# fmt: on
_IN_SYSFS: Final = frozenset(metric.name.rpartition(".")[2] for metric in SYSFS.metrics)
"""Counters that have the same name in /sys/class/net/<interface>/statistics are told from there."""
_LINE: Final = re.compile(r"\s*+(\S(?:.*\S)?)\s*+:\s*+(-?[0-9]{1,20})\s*+")
_HEADING: Final = "NIC statistics:"


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what the card counts as lost or faulty, `eth0 rx_missed_errors`; the key is the interface.

    Raises:
        ValueError: The output is not that of -S, or was cut in the middle of a line.
    """
    heading, _, rest = text.partition("\n")
    if heading.strip() != _HEADING or (rest and not rest.endswith("\n")):
        raise ValueError(f"ethtool -S {origin.key} expected '{_HEADING}' and whole lines, read {text[:80]!r}.")
    found = (_LINE.fullmatch(line) for line in rest.splitlines())
    counters = [(line[1], int(line[2])) for line in found if line]
    for name, value in summed_over_queues(counters).items():
        metric = _METRICS.get(meaning(name))
        if metric and value >= 0 and name not in _IN_SYSFS:
            yield Reading(metric.name, value, f"{origin.key} {name}")


COLLECTOR = Collector(
    name="cmd.ethtool.statistics",
    read=replace(ethtool_lines.ethtool("-S", cadence=Cadence.EDGES), most=16),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    adds="drops and faults that only the network card or its driver counts, cloud limits among them",
    needs=ethtool_lines.NEEDS,
)
