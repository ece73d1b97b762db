"""What is attached by SCSI, tapes, changers and enclosures included, which are no disks.

Reads /proc/scsi/scsi (CONFIG_SCSI_PROC_FS), three lines a device. Vendor, model and revision are of fixed width.

    Attached devices:
    Host: scsi0 Channel: 03 Id: 00 Lun: 00
      Vendor: HP       Model: P420i            Rev: 3.42
      Type:   RAID                             ANSI  SCSI revision: 05
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/scsi/scsi"
_HOST: Final = re.compile(r"Host: scsi([0-9]{1,6}) Channel: ([0-9]{1,4}) Id: ([0-9]{1,6}) Lun: ([0-9]{1,20})")
_VENDOR: Final = re.compile(r"  Vendor: (?P<vendor>.{1,8}?) +Model: (?P<model>.{1,16}?) +Rev: (?P<rev>.{0,4})\s*")
_TYPE: Final = re.compile(r"  Type:   (?P<type>\S.*?)(?<! ) ++ANSI ++SCSI revision: .*")

_DEVICE: Final = Metric(
    name="scsi.device",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.DISK,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="SCSI device",
    help="What is attached at this host, channel, target and unit: vendor, model, revision and kind. One that is gone "
    "was pulled out or failed.",
    doc="https://elixir.bootlin.com/linux/v6.12/source/drivers/scsi/scsi_proc.c",
    labels=("address",),
    next="lsscsi",
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield each device.

    Raises:
        ValueError: A line that is not as scsi_proc.c writes it.
    """
    lines = text.splitlines()
    if not lines or lines[0] != "Attached devices:":
        raise refused(_PATH, 1, text, "'Attached devices:'")
    for number in range(1, len(lines), 3):
        host, vendor, kind = (
            pattern.fullmatch(line)
            for pattern, line in zip((_HOST, _VENDOR, _TYPE), (*lines[number : number + 3], "", ""), strict=False)
        )
        if not host or not vendor or not kind:
            raise refused(_PATH, number + 1, lines[number], "three lines of a device: Host, Vendor and Type")
        address = ":".join(str(int(part)) for part in host.groups())
        told = " ".join(part.strip() for part in (*vendor.groups(), kind["type"]))
        yield Reading(_DEVICE.name, " ".join(told.split()), address)


COLLECTOR: Final = Collector(
    name="proc.scsi.scsi",
    read=File(path="proc/scsi/scsi", cadence=Cadence.ONCE),
    metrics=(_DEVICE,),
    parse=parse,
    adds="SCSI devices that are no disks: tapes, changers, enclosures",
    needs="CONFIG_SCSI_PROC_FS",
)
