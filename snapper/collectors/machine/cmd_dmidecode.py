"""Which memory modules the machine has, in which slots, how fast they are and how fast they run.

Runs `dmidecode -t memory`, which tells what the firmware says of memory arrays (type 16) and of slots (type 17), as
root. Serial numbers and asset tags are masked as they are recorded, and nothing is made of them.

    Handle 0x0029, DMI type 17, 40 bytes
    Memory Device
        Size: 16384 MB
        Locator: DIMM_A1
        Bank Locator: CPU1 CHANNEL A
        Type: DDR4
        Speed: 2666 MT/s
        Part Number: ABCD-1234
        Rank: 2
        Configured Memory Speed: 2400 MT/s

Which slots are filled decides how many channels the processors can use at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.HARDWARE, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man8/dmidecode.8.html", next="dmidecode -t memory",
)  # fmt: skip
# fmt: off
_MODULE: Final = _fact(
    name="dmidecode.module", labels=("slot",), title="Memory module",
    help="Size, type, ranks and part number of the module in a slot. One that is missing was taken out, or failed.")
_SPEED: Final = _fact(
    name="dmidecode.speed", labels=("slot",), title="Speed of a memory module",
    help="How fast the module runs, and how fast it could. Firmware slows all modules down for one that is slower, or "
         "where a channel has too many.")
_SLOTS: Final = _fact(
    name="dmidecode.slots", title="Memory slots filled",
    help="Slots with a module in them, of all slots. Channels with nothing in them lend no bandwidth.")
_CORRECTION: Final = _fact(
    name="dmidecode.error_correction", title="Error correction of memory",
    help="How the memory finds and corrects errors; None means that a flipped bit goes unnoticed.")
# fmt: on
_FIELD: Final = re.compile(r"\s+([A-Z][A-Za-z0-9 ]*): ?(.*)")
_HANDLE: Final = re.compile(r"(?:Handle 0x[0-9A-Fa-f]+, |\s+)DMI type ([0-9]+)\b.*")
_EMPTY: Final = frozenset({"No Module Installed", "0", "0 MB", "0 kB", ""})
_NOT_KNOWN: Final = frozenset(
    {"Unknown", "Not Specified", "Not Provided", "<OUT OF SPEC>", "NO DIMM", "[Empty]", "Unspecified", "None", ""}
)
_MOST: Final = 256
"""Slots; none has more."""

Record = dict[str, str]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield module and speed of every slot that is filled, and what is true of all; nothing where there is no table.

    Raises:
        ValueError: It is not what dmidecode prints.
    """
    if not text.lstrip().startswith(("# dmidecode", "Handle 0x", "SMBIOS")):
        raise ValueError(f"dmidecode expected its version or a handle, read {text[:60]!r}.")
    records = list(_records(text))
    arrays = [record for kind, record in records if kind == "16" and record.get("Use", "") == "System Memory"]
    corrections = {record.get("Error Correction Type", "") for record in arrays} - {"", "Unknown"}
    if corrections:
        yield Reading(_CORRECTION.name, ", ".join(sorted(corrections)))
    slots = [record for kind, record in records if kind == "17" and "Size" in record][:_MOST]
    filled = [record for record in slots if record["Size"] not in _EMPTY]
    if slots:
        yield Reading(_SLOTS.name, f"{len(filled)} of {len(slots)}")
    for slot, record in zip(_names(filled), filled, strict=True):
        yield Reading(_MODULE.name, _module(record), slot)
        if speed := _speed(record):
            yield Reading(_SPEED.name, speed, slot)


def _records(text: str) -> Iterator[tuple[str, Record]]:
    """Number of the type, and the fields that have a value on their own line; dmidecode 2.2 indents all once more."""
    kind, record = "", Record()
    for line in text.split("\n"):
        if head := _HANDLE.fullmatch(line):
            if kind:
                yield kind, record
            kind, record = head[1], Record()
        elif kind and (field := _FIELD.fullmatch(line)):
            record.setdefault(field[1], " ".join(field[2].split()))
    if kind:
        yield kind, record


def _names(slots: list[Record]) -> Iterator[str]:
    """What the board calls each slot, with its bank and then a number where that is not enough."""
    short = [_known(record, "Locator") or "slot" for record in slots]
    often = Counter(short)
    seen: Counter[str] = Counter()
    for name, record in zip(short, slots, strict=True):
        full = f"{_known(record, 'Bank Locator')} {name}".strip() if often[name] > 1 else name
        seen[full] += 1
        yield f"{full} #{seen[full]}" if seen[full] > 1 else full


def _module(record: Record) -> str:
    rank = _known(record, "Rank")
    parts = [_known(record, name) for name in ("Size", "Type", "Manufacturer", "Part Number")]
    return " ".join(part for part in [*parts, f"rank {rank}" if rank else ""] if part) or "not known"


def _speed(record: Record) -> str:
    """What it runs at, and behind "of" what it could if that is another speed."""
    rated = _known(record, "Speed")
    runs = _known(record, "Configured Memory Speed") or _known(record, "Configured Clock Speed")
    return f"{runs} of {rated}" if runs and rated and runs != rated else runs or rated


def _known(record: Record, name: str) -> str:
    """A field's value; empty where the firmware says that it does not know.

    >>> _known({"Rank": "Unknown", "Size": "16 GB"}, "Rank"), _known({"Size": "16 GB"}, "Size")
    ('', '16 GB')
    """
    value = record.get(name, "")
    return "" if value in _NOT_KNOWN else value


COLLECTOR: Final = Collector(
    name="cmd.dmidecode",
    read=Command(
        argv=("dmidecode", "-t", "memory"),
        version=("dmidecode", "--version"),
        cadence=Cadence.ONCE,
        where=("sys/firmware/dmi/tables",),
        max_bytes=MIB,
    ),
    metrics=(_MODULE, _SPEED, _SLOTS, _CORRECTION),
    parse=parse,
    adds="memory modules by slot, and the speed that they run at",
    needs="dmidecode (package dmidecode), root, a machine whose firmware has DMI tables",
)
