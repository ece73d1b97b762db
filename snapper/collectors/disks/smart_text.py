"""What `smartctl -a` prints for people, for versions before 7.0 that know no JSON.

SMART overall-health self-assessment test result: PASSED
ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   100   100   036    Pre-fail  Always       -       0
Critical Warning:                   0x00                                     (NVMe)
Media and Data Integrity Errors:    0
Elements in grown defect list: 0                                             (SCSI)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.disks.smart_metrics import ATA, HOUR, NVME

_ROW: Final = re.compile(
    r" *(?P<id>[0-9]{1,3}) \S+ +0x[0-9a-f]{4}(?: +(?:[0-9]{1,3}|---)){3} +\S+ +\S+ +\S+ +(?P<raw>[0-9]{1,15})(?:\D.*)?"
)
_LINE: Final = re.compile(r"(?P<name>[A-Z][^:]{2,60}): +(?P<value>\S.*)")
_NUMBER: Final = re.compile(r"(?P<whole>0x[0-9a-fA-F]{1,8}|[0-9][0-9,]{0,40})(?:%|\s.*|)")
_VERDICT: Final = {
    "SMART overall-health self-assessment test result": "PASSED",
    "SMART Health Status": "OK",
}
"""What a disk that is well says, ATA and NVMe, then SCSI."""
_NAMED: Final = {
    "Power On Hours": ("smart.power_on_time", HOUR),
    "Power Cycles": ("smart.power_cycles", 1),
    "Temperature": ("smart.temperature", 1),
    "Current Drive Temperature": ("smart.temperature", 1),
    "Elements in grown defect list": ("smart.reallocated", 1),
    "ATA Error Count": ("smart.error_log", 1),
    **{name: (field.metric, field.factor) for name, field in NVME.values()},
}
_AGES: Final = {9: ("smart.power_on_time", HOUR), 12: ("smart.power_cycles", 1), 194: ("smart.temperature", 1)}
"""Attributes that JSON tells elsewhere."""
_ATTRIBUTES: Final = {identity: (field.metric, field.factor) for identity, field in ATA.items()} | _AGES


def of_text(text: str) -> Iterator[tuple[str, float]]:
    """Yield metrics and values.

    Raises:
        ValueError: The text is not smartctl's.
    """
    if not text.lstrip().startswith("smartctl "):
        raise ValueError(f"smartctl should begin with its version, and begins with {text[:60]!r}.")
    for line in text.splitlines():
        if row := _ROW.fullmatch(line.rstrip()):
            if int(row["id"]) in _ATTRIBUTES:
                metric, factor = _ATTRIBUTES[int(row["id"])]
                yield metric, int(row["raw"]) * factor
        elif named := _LINE.fullmatch(line.rstrip()):
            yield from _of_line(named["name"], named["value"])


def _of_line(name: str, value: str) -> Iterator[tuple[str, float]]:
    if name in _VERDICT:
        yield "smart.failing", int(value != _VERDICT[name])
    elif name in _NAMED and (number := _NUMBER.fullmatch(value)):
        metric, factor = _NAMED[name]
        whole = number["whole"]
        yield metric, int(whole, base=16) if whole.startswith("0x") else int(whole.replace(",", "")) * factor
