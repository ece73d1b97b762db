"""Errors of PCI Express devices and of their links, as they report them.

Reads aer_dev_correctable, aer_dev_nonfatal and aer_dev_fatal of every device in /sys/bus/pci/devices (since Linux 4.19,
where the device and the firmware have Advanced Error Reporting): a line for each kind of error, and their sum.

    RxErr 0
    BadTLP 12
    TOTAL_ERR_COR 12

The key is `0000:3b:00.0/aer_dev_correctable`; the sums are read, the kinds stay in the archive as evidence.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_errors = partial(
    Metric, unit="errors", kind=Kind.COUNTER, resource=Resource.HARDWARE, role=Role.ERRORS, worse=Worse.MORE,
    labels=("device",), doc="https://www.kernel.org/doc/html/v6.12/PCI/pcieaer-howto.html",
    next="lspci -vv -s {instance}; grep . /sys/bus/pci/devices/{instance}/aer_dev_*",
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    "aer_dev_correctable": ("TOTAL_ERR_COR", _errors(
        name="aer.TOTAL_ERR_COR", title="Corrected PCIe errors",
        help="Errors of a PCI Express device or its link that were corrected, mostly by sending again. Many cost "
             "throughput, and point at a slot, a cable or power saving that does not work.")),
    "aer_dev_nonfatal": ("TOTAL_ERR_NONFATAL", _errors(
        name="aer.TOTAL_ERR_NONFATAL", title="Uncorrected PCIe errors",
        help="Errors of a PCI Express device that lost a transaction; the link still works. Any means failed requests "
             "or a device that was reset.")),
    "aer_dev_fatal": ("TOTAL_ERR_FATAL", _errors(
        name="aer.TOTAL_ERR_FATAL", title="Fatal PCIe errors",
        help="Errors after which a PCI Express device's link had to be reset. Any means an outage of the device.")),
}
# fmt: on


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the sum of a device's errors of one class, or nothing for another file and a text without a sum.

    Raises:
        ValueError: A line that is not a name and a count.

    >>> parse("BadTLP 12\nTOTAL_ERR_COR 12\n", Origin(key="0000:3b:00.0/aer_dev_correctable"))
    [Reading(metric='aer.TOTAL_ERR_COR', value=12, instance='0000:3b:00.0')]
    """
    device, _, file = origin.key.rpartition("/")
    if file not in _METRICS:
        return []
    field, metric = _METRICS[file]
    counts = [line.rpartition(" ") for line in text.splitlines()]
    said = {name: whole(count, f"{origin.key}: {name or 'a line'}") for name, _, count in counts}
    return [Reading(metric.name, said[field], device)] if field in said else []


COLLECTOR: Final = Collector(
    name="sys.pci.aer",
    read=Files(
        patterns=tuple(f"sys/bus/pci/devices/*/{file}" for file in _METRICS), cadence=Cadence.EDGES, max_files=3000
    ),
    metrics=tuple(metric for _, metric in _METRICS.values()),
    parse=parse,
    adds="errors of PCI Express devices and links",
    needs="Linux >= 4.19 with CONFIG_PCIEAER, and firmware that leaves error reporting to the kernel",
)
