"""Snapshots that no capture leaves, made of a real one."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from snapper.archive.manifest import CHECKSUM_KEY, METADATA_KEY
from snapper.archive.metadata import manifest_in
from snapper.archive.read import TICK
from snapper.archive.seal import BLANK, SEAL_KEY, seal


def rewritten(real: Path, target: Path, **changes: Any) -> Path:
    """The same rows under a manifest with other facts."""
    return _write(real, pq.read_table(real), target, changes)


def shortened(real: Path, target: Path, ticks: int) -> Path:
    """What was read before the tick that is one too many."""
    table = pq.read_table(real)
    begins = sorted(table.filter(pc.equal(table["source"].cast(pa.string()), TICK))["t"].to_pylist())
    duration = (begins[ticks - 1] - begins[0]) / 1e9 if ticks else 0.0
    kept = table.filter(pc.less(table["t"], begins[ticks]))
    return _write(real, kept, target, {"ticks": ticks, "duration": duration})


def _write(real: Path, table: pa.Table, target: Path, changes: dict[str, Any]) -> Path:
    given = manifest_in(pq.read_metadata(real).metadata or {})
    assert isinstance(given, dict)
    about = json.dumps(given | changes).encode()
    metadata = {METADATA_KEY: about, CHECKSUM_KEY: b"%08x" % zlib.crc32(about), SEAL_KEY: BLANK}
    words = ["source", "key", "status"]
    pq.write_table(table.replace_schema_metadata(metadata), target, use_dictionary=words, compression="zstd")
    with target.open("r+b") as file:
        seal(file)
    return target
