"""The reports of lvs, vgs and pvs: JSON (LVM >= 2.02.158), or NAME='value' pairs of older ones.

    {"report": [{"lv": [{"lv_name": "pool", "vg_name": "vg0", "data_percent": "12.50"}]}]}
    LVM2_LV_NAME='pool'|LVM2_VG_NAME='vg0'|LVM2_DATA_PERCENT='12.50'

Lines of warnings around the pairs are passed over. A value that LVM does not know is empty, and "unknown" stays a text.
"""

from __future__ import annotations

from typing import Any, Final

from snapper.collectors.text.tool_tables import document, pairs, rows_of
from snapper.record.plan import Cadence, Command

LOADED: Final = ("sys/class/misc/device-mapper",)
"""What is there once the device mapper is: a tool that is run without makes the kernel load it."""
_PREFIX: Final = "lvm2_"


def rows(text: str, kind: str) -> list[dict[str, Any]]:
    """The rows of all reports of a kind: "lv", "vg" or "pv"; values by names in small letters.

    Raises:
        ValueError: The text is neither of the two forms.
    """
    tool = f"{kind}s"
    if text.lstrip().startswith("{"):
        reports = rows_of(document(text, tool).get("report"), tool)
        return [row for report in reports for row in rows_of(report.get(kind, []), tool)]
    return [{name.removeprefix(_PREFIX): value for name, value in row.items()} for row in pairs(text, tool)]


def asking(tool: str, fields: str, *options: str) -> Command:
    """How a report is asked for: exact bytes, JSON or else pairs; only where the device mapper is loaded."""
    common = (*options, "--units", "b", "--nosuffix", "-o", fields)
    return Command(
        argv=(tool, "--reportformat", "json", *common),
        version=(tool, "--version"),
        cadence=Cadence.ONCE,
        alternatives=((tool, "--nameprefixes", "--noheadings", "--separator", "|", *common),),
        where=LOADED,
    )
