"""The forms in which tools of storage print tables: JSON, NAME="value" pairs, and numbers with a unit of LVM.

{"blockdevices": [{"name": "sda", "size": 1000204886016}]}      lsblk -J, findmnt -J, lvs --reportformat json
NAME="sda" SIZE="1000204886016"                                 lsblk -P, findmnt -P
LVM2_LV_NAME='root'|LVM2_LV_SIZE='13.62g'                       lvs --nameprefixes
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_PAIR: Final = re.compile(r"""([A-Z0-9][A-Z0-9_:%#.-]*)=(?:"([^"]*)"|'([^']*)')""")
_SIZE: Final = re.compile(r"<?([0-9]{1,20}(?:\.[0-9]{1,6})?)([bBkKmMgGtTpPeE]?)")
_POWERS: Final = {letter: power for power, letter in enumerate("bkmgtpe")}


def document(text: str, tool: str) -> dict[str, Any]:
    """The JSON object that a tool printed.

    Raises:
        ValueError: It is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{tool} expected JSON, read {text[:60]!r}: {error}") from None
    if not (isinstance(found, dict) and found):
        raise ValueError(f"{tool} expected a JSON object, read {text[:60]!r}.")
    return found


def rows_of(found: Any, tool: str) -> list[dict[str, Any]]:
    """A list of objects in such a document.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError(f"{tool} expected a list of objects, read {str(found)[:60]!r}.")
    return found


def nested(rows: list[dict[str, Any]], tool: str) -> Iterator[dict[str, Any]]:
    """Each row, then those below its key "children"."""
    for row in rows:
        yield row
        if children := row.get("children"):
            yield from nested(rows_of(children, tool), tool)


def pairs(text: str, tool: str) -> list[dict[str, str]]:
    r"""The rows of NAME="value" pairs, names in lower case; other lines, as warnings, are passed over.

    Raises:
        ValueError: There is no such line.

    >>> pairs("NAME=\"sda\" MAJ:MIN=\"8:0\"\n", "lsblk")
    [{'name': 'sda', 'maj:min': '8:0'}]
    """
    rows = [
        {name.lower(): double or single for name, double, single in _PAIR.findall(line)}
        for line in text.splitlines()
        if _PAIR.match(line.strip())
    ]
    if not rows and text.strip():
        raise ValueError(f'{tool} expected JSON or NAME="value" pairs, read {text[:60]!r}.')
    return rows


def word(row: dict[str, Any], name: str) -> str:
    """A value as text, single blanks in it; empty where it is not there or null."""
    value = row.get(name)
    if isinstance(value, list):
        value = " ".join(str(part) for part in value if part is not None)
    return "" if value is None else " ".join(str(value).split())


def size(text: str) -> float | None:
    """Bytes of a size as LVM prints it: powers of 1024 for small letters, of 1000 for large ones; None if it is none.

    >>> size("20.00m"), size("<6.59g"), size("1000204886016"), size("")
    (20971520.0, 7075958620.16, 1000204886016.0, None)
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        return None
    base = 1000 if found[2].isupper() else 1024
    return float(found[1]) * float(base ** _POWERS[found[2].lower() or "b"])


def share(text: str) -> float | None:
    """A percentage as a ratio; None if it is none.

    >>> share("12.50"), share(""), share("-1")
    (0.125, None, None)
    """
    value = text.strip().removesuffix("%")
    return float(value) / 100 if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,9})?", value) else None


def number(value: Any) -> float | None:
    """A number of JSON, also where the tool wrote it as text; None if it is none, true or false or not finite."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,40}", value.strip()):
        return float(value.replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e40 else None
