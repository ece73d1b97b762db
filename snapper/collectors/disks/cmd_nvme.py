"""Time that NVMe disks slowed themselves down for heat, which no other source tells; and their health once more.

Runs `nvme smart-log -o json /dev/CONTROLLER` for each; the key is the controller. Root only. Times are minutes for the
two of warnings, seconds for the two of slowing down; the temperature is in kelvin; versions differ in whether a figure
is a number, a text, or has its bits spelt out.

    {"critical_warning": 0, "temperature": 309, "avail_spare": 100, "percent_used": 3, "media_errors": 0,
     "thm_temp1_trans_count": 0, "thm_temp2_trans_count": 8168, "thm_temp1_total_time": 0, "thm_temp2_total_time": 5342}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.tool_tables import document, number
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_KELVIN: Final = 273
"""As nvme-cli itself takes it (nvme-print-stdout.c), for the disk tells whole kelvins."""

_metric = partial(
    Metric, unit="count", resource=Resource.DISK, worse=Worse.MORE, labels=("controller",),
    doc="https://github.com/linux-nvme/nvme-cli/blob/v2.8/Documentation/nvme-smart-log.txt",
    next="nvme smart-log /dev/{instance}",
)  # fmt: skip
_slowed = partial(_metric, kind=Kind.COUNTER, role=Role.SATURATION)
_again = partial(_metric, kind=Kind.GAUGE, role=Role.INTERNAL)
# fmt: off
_METRICS: Final = {
    "thm_temp1_total_time": (_slowed(
        name="nvme.thm_temp1_total_time", unit="seconds", title="Time an NVMe disk was slowed a little for heat",
        help="Share of time in which the disk was warm enough to slow itself down a little. More is worse: look at "
             "its cooling."), 1),
    "thm_temp2_total_time": (_slowed(
        name="nvme.thm_temp2_total_time", unit="seconds", title="Time an NVMe disk was slowed much for heat",
        help="Share of time in which the disk was so hot that it slowed itself down however much that costs. More is "
             "worse: look at its cooling."), 1),
    "thm_temp1_trans_count": (_slowed(
        name="nvme.thm_temp1_trans_count", unit="events", role=Role.INTERNAL, title="Times an NVMe disk began to slow",
        help="Times the disk became warm enough to slow itself down a little."), 1),
    "thm_temp2_trans_count": (_slowed(
        name="nvme.thm_temp2_trans_count", unit="events", role=Role.INTERNAL, title="Times an NVMe disk slowed much",
        help="Times the disk became so hot that it slowed itself down much."), 1),
    "controller_busy_time": (_again(
        name="nvme.controller_busy_time", unit="seconds", worse=Worse.NEITHER, history=True,
        title="Time an NVMe disk was busy in its life",
        help="Time in which the disk had a command to work on, in all its life, told in minutes by the disk."), 60),
    "critical_warning": (_again(
        name="nvme.critical_warning", alias_of="smart.critical_warning", title="Warnings of an NVMe disk (nvme)",
        help="Bits of what is wrong with the disk; none where it is well."), 1),
    "media_errors": (_again(
        name="nvme.media_errors", unit="errors", alias_of="smart.media_errors",
        title="Data lost by an NVMe disk (nvme)",
        help="Times data could not be read back or failed its check."), 1),
    "num_err_log_entries": (_again(
        name="nvme.num_err_log_entries", unit="errors", alias_of="smart.error_log", title="Error log of an NVMe disk",
        help="Errors that the disk has written down; many are commands that it does not know."), 1),
    "percent_used": (_again(
        name="nvme.percent_used", unit="ratio", alias_of="smart.percentage_used", title="Wear of an NVMe disk (nvme)",
        help="Share of the writes used up that the disk was built for."), 0.01),
    "avail_spare": (_again(
        name="nvme.avail_spare", unit="ratio", worse=Worse.LESS, alias_of="smart.available_spare",
        title="Spare flash left (nvme)", help="Share of the spare blocks that is left."), 0.01),
    "unsafe_shutdowns": (_again(
        name="nvme.unsafe_shutdowns", alias_of="smart.unsafe_shutdowns", title="Times an NVMe disk lost power (nvme)",
        help="Times the disk lost power without being told before."), 1),
}
_TEMPERATURE: Final = _again(
    name="nvme.temperature", unit="celsius", alias_of="smart.temperature", title="Temperature of an NVMe disk (nvme)",
    help="What the disk measures inside itself.")
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what one controller tells.

    Raises:
        ValueError: The text is not JSON of a SMART log.
    """
    log = document(text, "nvme smart-log")
    if "media_errors" not in log:
        raise ValueError(f"nvme smart-log expected 'media_errors' among its figures, read {text[:60]!r}.")
    for name, (metric, factor) in _METRICS.items():
        told = log.get(name)
        value = number(told.get("value") if isinstance(told, dict) else told)
        if value is not None:
            yield Reading(metric.name, value * factor, origin.key)
    if (kelvin := number(log.get("temperature"))) and kelvin > _KELVIN:
        yield Reading(_TEMPERATURE.name, kelvin - _KELVIN, origin.key)


COLLECTOR: Final = Collector(
    name="cmd.nvme",
    read=Command(
        argv=("nvme", "smart-log", "-o", "json", "/dev/{name}"),
        version=("nvme", "version"),
        cadence=Cadence.EDGES,
        each=("sys/class/nvme/*/model",),
        max_bytes=64 * 1024,
    ),
    metrics=(*(metric for metric, _ in _METRICS.values()), _TEMPERATURE),
    parse=parse,
    adds="time that NVMe disks slowed themselves down for heat",
    needs="nvme (package nvme-cli); root",
)
