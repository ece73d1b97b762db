"""The manifest: what a snapshot says of itself, JSON in the Parquet file's schema metadata.

It is written once, by the finisher, and holds facts only: nothing in it was judged.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from snapper import __version__
from snapper.archive.checked import checked
from snapper.errors import NewerFormat, UnreadableSnapshot

FORMAT: Final = 1
"""Of the file: columns, statuses and the keys below. A reader refuses a greater one."""

METADATA_KEY: Final = b"snapper.manifest"
COVERAGE_KEY: Final = b"snapper.coverage"
"""The manifest's `coverage`, packed: JSON, zlib, base64."""
CHECKSUM_KEY: Final = b"snapper.manifest.crc32"
"""Eight hexadecimal digits, of the CRC-32 of both: Parquet has checksums for its pages, none for its metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """How one source fared in a capture."""

    status: str
    """`ok`; `partial` (some keys failed); else the status that all its reads had, or `skipped` (not asked for)."""
    reads: int = 0
    """Reads that were made, those not stored because nothing had changed included."""
    failed: int = 0
    """Reads that did not give their whole content."""
    bytes: int = 0
    """Bytes stored, before compression."""
    took: float = 0.0
    """Seconds spent reading it, all ticks together."""
    why: str = ""
    """A sentence on the first failure: what was read, and what the system answered."""
    version: str = ""
    """The tool's own version line, for a command."""
    masked: int = 0
    """Secrets that were masked before anything was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Facts about a capture and the host it was made on."""

    format: int = FORMAT
    snapper: str
    """Version that captured."""
    id: str
    """Twelve hexadecimal digits, drawn at random."""
    label: str
    tags: dict[str, str] = field(default_factory=dict)
    host: str
    boot_id: str
    kernel: str
    """uname -r."""
    machine: str = ""
    """uname -m."""
    os: str = ""
    """PRETTY_NAME of os-release."""
    started: float
    """Wall clock at the first tick, seconds since the epoch."""
    utc_offset: int
    """Of the host's local time at that moment, seconds east of UTC."""
    boottime: int
    """CLOCK_BOOTTIME at that same moment, ns."""
    interval: float
    """Seconds between ticks, as asked for."""
    duration: float
    """Seconds from the first tick to the last, as measured."""
    ticks: int
    cpus: int
    """Online."""
    memory: int
    """MemTotal, bytes; 0 where it could not be read."""
    page_size: int
    clock_ticks: int
    uid: int
    capabilities: str = ""
    """CapEff, hexadecimal."""
    container: str = ""
    """What snapper itself ran in ("docker", "kubernetes", "lxc", ...); empty on a host."""
    complete: bool = True
    """False if the recording was cut short (interrupted, killed, out of disk)."""
    ended: str = ""
    """Why it ended: `done`, `interrupted`, `cut`."""
    pids: tuple[int, ...] = ()
    """The recorder's own, its caller's, and those of the tools that it ran: left out of what is judged."""
    cost: dict[str, float] = field(default_factory=dict)
    """The recorder's own: `cpu` (s), `rss` (bytes), `bytes` (spool), `late` (ticks begun late), `tools_cpu` (s),
    `stretched` (ticks left out to keep to the budget)."""
    coverage: dict[str, SourceCoverage] = field(default_factory=dict)
    redacted: dict[str, int] = field(default_factory=dict)
    """Kind ("host", "ipv4", ...) → how many names were replaced by pseudonyms; empty as captured."""

    def to_json(self) -> dict[str, Any]:
        """As plain data; of how a source fared, what is not as usual: two hundred times nothing is a tenth of all."""
        return {**asdict(self), "coverage": {name: _unusual(source) for name, source in self.coverage.items()}}

    @classmethod
    def from_json(cls, data: object, *, where: str = "the manifest") -> Manifest:
        """From plain data as `json.loads` gives it; keys that are not known here are passed over.

        Args:
            data: What `to_json` gave once, perhaps of another version.
            where: What is being read, as the beginning of a message.

        Raises:
            NewerFormat: A later snapper wrote it.
            UnreadableSnapshot: A key is missing, has the wrong type, or a value that no capture has.
        """
        if isinstance(data, dict) and isinstance(data.get("format"), int) and data["format"] > FORMAT:
            raise NewerFormat(
                f"{where} was written by snapper {str(data.get('snapper', '(unknown)'))[:40]} in format "
                f"{str(data['format'])[:20]}; this is snapper {__version__} and reads up to {FORMAT}; upgrade snapper"
            )
        manifest = checked(cls, data, where)
        for name, (low, high) in _RANGES.items():
            value = getattr(manifest, name)
            if not low <= value <= high:
                raise UnreadableSnapshot(f"{where}: `{name}` is {value:g}, expected {low:g} to {high:g}")
        return manifest


def _unusual(source: SourceCoverage) -> dict[str, Any]:
    """Its status, and the fields that are not as they are where nothing is said.

    >>> _unusual(SourceCoverage(status="absent", failed=1))
    {'status': 'absent', 'failed': 1}
    """
    values = asdict(source)
    return {field.name: values[field.name] for field in fields(source) if values[field.name] != field.default}


_RANGES: Final[dict[str, tuple[float, float]]] = {
    "format": (1, FORMAT),
    "started": (0, 253_402_214_400),  # the last day of the year 9999: what a calendar can print
    "utc_offset": (-86_399, 86_399),
    "boottime": (0, 2**63 - 1),
    "interval": (1e-6, 1e9),
    "duration": (0, 1e9),
    "ticks": (0, 1e9),
    "cpus": (0, 1e6),
    "memory": (0, 2**63 - 1),
    "page_size": (1, 2**30),
    "clock_ticks": (1, 1e9),
}
"""What later steps divide by or print as a date. A file is evidence, not necessarily ours."""
