"""What every disk says of its own health (SMART): sectors lost, errors on the cable, wear, temperature, age.

Runs `smartctl -n standby -j -a /dev/DISK` for each disk (text before smartmontools 7.0); the key is the disk. One that
sleeps is left asleep, and tells nothing. Root only. ATA disks have attributes by number, NVMe disks a log, SCSI disks
counters of errors:

    {"smart_status": {"passed": true}, "temperature": {"current": 34}, "power_on_time": {"hours": 12909},
     "ata_smart_attributes": {"table": [{"id": 197, "name": "Current_Pending_Sector", "raw": {"value": 8}}]},
     "nvme_smart_health_information_log": {"media_errors": 0, "percentage_used": 3}}

Raw values of ATA attributes are the makers' own; only those that all makers count alike are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.smart_metrics import ATA, HOUR, METRICS, NVME
from snapper.collectors.disks.smart_text import of_text
from snapper.collectors.text.tool_tables import document, number
from snapper.record.plan import Cadence, Command

_LEADING: Final = re.compile(r"[0-9]{1,15}")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what one disk tells; nothing where smartctl cannot ask it.

    Raises:
        ValueError: The text is neither smartctl's JSON nor its text.
    """
    if not text.lstrip().startswith("{"):
        yield from (Reading(metric, value, origin.key) for metric, value in of_text(text))
        return
    told = document(text, "smartctl")
    if "smartctl" not in told:
        raise ValueError(f"smartctl's JSON has no 'smartctl'; read {text[:60]!r}.")
    for metric, value in (*_common(told), *_of_ata(told), *_of_nvme(told), *_of_scsi(told)):
        yield Reading(metric, value, origin.key)


def _common(told: dict[str, Any]) -> Iterator[tuple[str, float]]:
    passed = _at(told, "smart_status", "passed")
    if isinstance(passed, bool):
        yield "smart.failing", int(not passed)
    for metric, factor, path in (
        ("smart.temperature", 1, ("temperature", "current")),
        ("smart.power_on_time", HOUR, ("power_on_time", "hours")),
        ("smart.power_cycles", 1, ("power_cycle_count",)),
    ):
        if (value := number(_at(told, *path))) is not None:
            yield metric, value * factor


def _of_ata(told: dict[str, Any]) -> Iterator[tuple[str, float]]:
    table = _at(told, "ata_smart_attributes", "table")
    for row in table if isinstance(table, list) else ():
        if isinstance(row, dict) and row.get("id") in ATA and (value := _raw(row.get("raw"))) is not None:
            field = ATA[row["id"]]
            yield field.metric, value * field.factor
    if (count := number(_at(told, "ata_smart_error_log", "summary", "count"))) is not None:
        yield "smart.error_log", count


def _raw(raw: Any) -> float | None:
    """The count in a raw value, which may have others packed behind it: "1 1 1", "8 (0 2)"."""
    if not isinstance(raw, dict):
        return None
    leading = _LEADING.match(raw["string"]) if isinstance(raw.get("string"), str) else None
    return float(leading[0]) if leading else number(raw.get("value"))


def _of_nvme(told: dict[str, Any]) -> Iterator[tuple[str, float]]:
    log = told.get("nvme_smart_health_information_log")
    for name, (_, field) in NVME.items():
        if isinstance(log, dict) and (value := number(log.get(name))) is not None:
            yield field.metric, value * field.factor


def _of_scsi(told: dict[str, Any]) -> Iterator[tuple[str, float]]:
    if (grown := number(told.get("scsi_grown_defect_list"))) is not None:
        yield "smart.reallocated", grown
    log = told.get("scsi_error_counter_log")
    counts = [number(_at(log, kind, "total_uncorrected_errors")) for kind in ("read", "write", "verify")]
    known = [count for count in counts if count is not None]
    if known:
        yield "smart.reported_uncorrectable", sum(known)
    if (used := number(told.get("scsi_percentage_used_endurance_indicator"))) is not None:
        yield "smart.percentage_used", used / 100


def _at(told: Any, *path: str) -> Any:
    """What stands at a path of keys; None where there is no such path."""
    for key in path:
        told = told.get(key) if isinstance(told, dict) else None
    return told


_ASKED: Final = ("smartctl", "-n", "standby")

COLLECTOR: Final = Collector(
    name="cmd.smartctl",
    read=Command(
        argv=(*_ASKED, "-j", "-a", "/dev/{name}"),
        version=("smartctl", "--version"),
        cadence=Cadence.ONCE,
        alternatives=((*_ASKED, "-a", "/dev/{name}"),),
        each=("sys/block/sd*/device", "sys/block/nvme*/device", "sys/block/hd*/device"),
        timeout=10.0,
        max_bytes=512 * 1024,
    ),
    metrics=METRICS,
    parse=parse,
    adds="sectors lost, cable errors, wear and temperature of every disk",
    needs="smartctl (package smartmontools); root",
)
