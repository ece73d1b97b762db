"""Where the memory of the largest processes lies: heap, stacks, each library, each mapped file.

Runs `pmap -X PID` (procps >= 3.3; `-x` for an older one): the process, headings, a line for each
mapping, a line of totals, sizes in KiB.

    4711:   /usr/sbin/nginx -g daemon off;
             Address Perm   Offset Device   Inode  Size  Rss  Pss ... Swap ... Mapping
        557b8ec94000 rw-p 00000000  00:00       0  1368 1028 1028 ...  224 ... [heap]
                                                  ===== ==== ==== ... ====
                                                  20472 5024 1952 ... 1168 KB

Columns are found by their headings, for each kernel adds some and `-x` has others. A process has
hundreds of mappings with addresses that differ at each start, so they are summed by what is mapped.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_column = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.INTERNAL,
    worse=Worse.MORE,
    doc="https://man7.org/linux/man-pages/man1/pmap.1.html",
    labels=("program", "mapping"),
    next="pmap -X $(ps -eo pid --sort=-rss --no-headers | head -1)",
)
RSS: Final = _column(
    name="pmap.rss",
    title="Resident memory of a mapping",
    help="RAM that one kind of mapping occupies in the largest processes: the heap, the stacks, a library, a file. "
    "What grew here is what made the program larger; heap and [anon] that only climb are a leak.",
)
PSS: Final = _column(
    name="pmap.pss",
    title="Proportional share of a mapping",
    help="RAM of one kind of mapping where a page shared with n processes counts one n-th: what the process really "
    "costs. More is more memory that nobody else uses.",
)
ANONYMOUS: Final = _column(
    name="pmap.anonymous",
    title="Private copies in a mapping",
    help="RAM of one kind of mapping that has no file behind it, or a private copy of the file's page. It can be "
    "swapped out but not dropped.",
)
SWAP: Final = _column(
    name="pmap.swap",
    title="Swapped out of a mapping",
    help="Pages of one kind of mapping that are on swap. More is worse: each touch is a read from the swap device.",
)

_COLUMNS: Final = {
    "Rss": RSS, "RSS": RSS, "Pss": PSS, "PSS": PSS, "Anonymous": ANONYMOUS, "Swap": SWAP,
}  # fmt: skip
_PERMISSIONS: Final = ("Perm", "Mode")
_FLAGS: Final = "VmFlags"  # of `-XX`: words of two letters, a varying number of them
_ADDRESS: Final = re.compile(r"\s*[0-9a-f]{8,16}\s")
_TOTALS: Final = re.compile(r"[\s=]+|[\s-]+")
_KIB: Final = 1024

_STACK_OF_A_THREAD: Final = re.compile(r"\[stack:[0-9]+\]")
_SUFFIX: Final = re.compile(r"\.[A-Za-z_]+$")


def parse(text: str, _origin: Origin) -> list[Reading]:
    """Give the sums of each column that is known, for each thing that is mapped.

    A process without memory of its own (a thread of the kernel) or out of reach is a line without a table: nothing.

    Raises:
        ValueError: Nothing at all, no line of totals (the text was cut off), or a line of another form.
    """
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.split()[:1] == ["Address"]), 0)
    if not start:
        if len(lines) == 1:
            return []
        raise ValueError(f"pmap should print a process and a table with headings, and prints {text[:80]!r}.")
    headings = lines[start].split()
    end = next((number for number, line in enumerate(lines) if number > start and _TOTALS.fullmatch(line)), 0)
    if not end or headings[-1] != "Mapping" or not set(_PERMISSIONS) & set(headings):
        raise ValueError(f"pmap's table should end in a line of totals under {lines[start]!r}, and was cut off.")
    rows = [_row(line, headings) for line in lines[start + 1 : end]]
    return _sums(rows, headings)


def _row(line: str, headings: list[str]) -> tuple[list[str], str]:
    """The fields of a line under their headings, and what is mapped, which may be nothing and may hold blanks."""
    fixed = headings.index(_FLAGS) if _FLAGS in headings else len(headings) - 1
    fields = line.split(None, fixed)
    if not _ADDRESS.match(line) or len(fields) < fixed:
        raise ValueError(f"pmap should print {fixed} columns and what is mapped, and prints {line[:120]!r}.")
    mapping = fields[fixed].strip() if len(fields) > fixed else ""
    if _FLAGS in headings:
        mapping = re.sub(r"^(?:[a-z]{2}(?: |$))*", "", mapping)
    return fields[:fixed], mapping


def _sums(rows: list[tuple[list[str], str]], headings: list[str]) -> list[Reading]:
    """The readings: bytes of each known column, for each kind of mapping."""
    known = [(place, _COLUMNS[heading].name) for place, heading in enumerate(headings) if heading in _COLUMNS]
    permissions = next(place for place, heading in enumerate(headings) if heading in _PERMISSIONS)
    code = {mapping for fields, mapping in rows if "x" in fields[permissions]}
    sums: dict[tuple[str, str], int] = {}
    for fields, mapping in rows:
        instance = _kind_of(mapping, is_code=mapping in code)
        for place, name in known:
            if not fields[place].isdecimal():
                raise ValueError(f"pmap should print a size under {headings[place]}, and prints {fields[place]!r}.")
            sums[name, instance] = sums.get((name, instance), 0) + int(fields[place]) * _KIB
    return [Reading(name, size, instance) for (name, instance), size in sums.items()]


def _kind_of(mapping: str, *, is_code: bool) -> str:
    """What is mapped, in a name that the next start of the program has too.

    Programs and libraries keep theirs. Data files that are numbered or random are taken together by
    their suffix, deleted ones as such: a search engine maps thousands of them.

    >>> [_kind_of(mapping, is_code=False) for mapping in ("", "[ anon ]", "[stack:4712]", "memfd:pulse (deleted)")]
    ['[anon]', '[anon]', '[stack]', 'memfd:pulse']
    >>> [_kind_of(mapping, is_code=False) for mapping in ("_1a.fdt", "cache", "SYSV0000004d (deleted)", "4711")]
    ['*.fdt', 'cache', '[shared memory]', '*']
    >>> _kind_of("python3.11", is_code=True), _kind_of("libssl.so.3 (deleted)", is_code=True)
    ('python3.11', 'libssl.so.3 (deleted)')
    """
    name = mapping.removesuffix(" (deleted)")
    if name in {"", "[ anon ]", "[anon]"}:
        return "[anon]"
    if name == "[ stack ]" or _STACK_OF_A_THREAD.fullmatch(name):
        return "[stack]"
    if name.startswith(("[", "memfd:")):
        return name
    if name.startswith("SYSV") or mapping == "zero (deleted)":
        return "[shared memory]"
    if is_code or ".so" in name:
        return mapping
    if name != mapping:
        return "[deleted file]"
    suffix = _SUFFIX.search(name)
    return f"*{suffix[0] if suffix else ''}" if any(letter.isdigit() for letter in name) else name


COLLECTOR: Final = Collector(
    name="cmd.pmap",
    read=Command(
        argv=("pmap", "-X", "{pid}"),
        version=("free", "-V"),
        alternatives=(("pmap", "-x", "{pid}"),),
        cadence=Cadence.ONCE,  # it walks page tables; how memory grows along the window, /proc/PID/status tells
        largest=5,
    ),
    metrics=(RSS, PSS, ANONYMOUS, SWAP),
    parse=parse,
    adds="what the memory of the five largest processes is made of",
    needs="pmap (package procps); root for other users' processes",
)
