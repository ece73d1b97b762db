"""What a disk says of its own health (SMART), whichever of `smartctl`'s forms it is told in."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://github.com/smartmontools/smartmontools/blob/RELEASE_7_4/smartmontools/smartctl.8.in"

_gauge = partial(
    Metric, unit="count", kind=Kind.GAUGE, resource=Resource.DISK, role=Role.ERRORS, worse=Worse.MORE, labels=("disk",),
    doc=_DOC, next="smartctl -a /dev/{instance}",
)  # fmt: skip
_detail = partial(_gauge, role=Role.INTERNAL)
_age = partial(_detail, worse=Worse.NEITHER, history=True)
# fmt: off
METRICS: Final = (
    _gauge(name="smart.failing", title="Disk says that it is failing",
           help="1 where the disk's own verdict is that it is failing. Its data should be moved at once."),
    _gauge(name="smart.reallocated", title="Sectors replaced by spares",
           help="Bad sectors that the disk has replaced. More is worse: a disk that begins to need spares often fails "
                "soon, and each costs a long seek."),
    _gauge(name="smart.pending", title="Sectors that could not be read",
           help="Sectors that failed a read and wait to be written or replaced. Reading them takes seconds and fails."),
    _gauge(name="smart.uncorrectable", title="Sectors lost for good",
           help="Sectors that neither a read nor a scan of the disk's own could recover. Their data is lost."),
    _gauge(name="smart.reported_uncorrectable", unit="errors", title="Errors that the disk could not correct",
           help="Reads and writes that failed in spite of all that the disk can do. Programs got an error."),
    _gauge(name="smart.crc_errors", unit="errors", title="Errors on the cable to a disk",
           help="Transfers whose checksum was wrong between disk and controller. More points at the cable, not the "
                "disk; each is tried again."),
    _gauge(name="smart.command_timeout", unit="errors", title="Commands that the disk did not finish in time",
           help="Commands that were given up because they took too long. More points at the disk, its power or cable."),
    _gauge(name="smart.end_to_end_errors", unit="errors", title="Data damaged inside the disk",
           help="Data that was changed on its way through the disk's own memory. Any is bad."),
    _gauge(name="smart.spin_retry", title="Spindle that needed a second try",
           help="Times the disk did not reach its speed at once. More points at the motor or the power supply."),
    _gauge(name="smart.error_log", unit="errors", title="Entries in the disk's error log",
           help="Errors that the disk has written down. Of an NVMe disk many are harmless: commands that it does not "
                "know."),
    _gauge(name="smart.media_errors", unit="errors", title="Data that an NVMe disk could not read or protect",
           help="Times data could not be read back or failed its check. More is worse: data is lost, and the disk "
                "should be replaced."),
    _gauge(name="smart.critical_warning", title="Warnings of an NVMe disk",
           help="Bits of what is wrong: 1 spares low, 2 too hot or cold, 4 errs too much, 8 read-only, 16 its "
                "power reserve failed. Any is worse."),
    _detail(name="smart.percentage_used", unit="ratio", role=Role.UTILIZATION, title="Wear of a disk",
            help="Share of the writes used up that the disk was built for. Beyond 100 % it works on without promise."),
    _detail(name="smart.available_spare", unit="ratio", worse=Worse.LESS, title="Spare flash left",
            help="Share of the spare blocks that is left. Below its threshold the disk may turn read-only."),
    _detail(name="smart.temperature", unit="celsius", title="Temperature of a disk",
            help="What the disk measures inside itself. Beyond about 70 °C flash slows itself down; spindles age."),
    _detail(name="smart.warning_temp_time", unit="seconds", history=True, title="Time that a disk was too warm",
            help="Time spent above the temperature at which the disk warns, in all its life."),
    _detail(name="smart.critical_comp_time", unit="seconds", history=True, title="Time that a disk was far too warm",
            help="Time spent above its critical temperature, in all its life."),
    _age(name="smart.power_on_time", unit="seconds", title="Age of a disk",
         help="Time that the disk was switched on, in all its life."),
    _age(name="smart.power_cycles", title="Times a disk was switched on", help="Times the disk got power."),
    _age(name="smart.unsafe_shutdowns", worse=Worse.MORE, title="Times an NVMe disk lost power",
         help="Times the disk lost power without being told before. More points at crashes or the power supply."),
)
# fmt: on
MINUTE: Final = 60
HOUR: Final = 3600


class Field(NamedTuple):
    """Where a metric is found, and what one of its figures is in the metric's unit."""

    metric: str
    factor: float = 1


ATA: Final[dict[int, Field]] = {
    5: Field("smart.reallocated"),
    10: Field("smart.spin_retry"),
    184: Field("smart.end_to_end_errors"),
    187: Field("smart.reported_uncorrectable"),
    188: Field("smart.command_timeout"),
    197: Field("smart.pending"),
    198: Field("smart.uncorrectable"),
    199: Field("smart.crc_errors"),
}
"""Attributes whose raw value is a count with every maker, by their numbers."""
NVME: Final[dict[str, tuple[str, Field]]] = {
    "critical_warning": ("Critical Warning", Field("smart.critical_warning")),
    "available_spare": ("Available Spare", Field("smart.available_spare", 0.01)),
    "percentage_used": ("Percentage Used", Field("smart.percentage_used", 0.01)),
    "unsafe_shutdowns": ("Unsafe Shutdowns", Field("smart.unsafe_shutdowns")),
    "media_errors": ("Media and Data Integrity Errors", Field("smart.media_errors")),
    "num_err_log_entries": ("Error Information Log Entries", Field("smart.error_log")),
    "warning_temp_time": ("Warning  Comp. Temperature Time", Field("smart.warning_temp_time", MINUTE)),
    "critical_comp_time": ("Critical Comp. Temperature Time", Field("smart.critical_comp_time", MINUTE)),
}
"""Of the NVMe health log: the name in JSON, and that in text."""
