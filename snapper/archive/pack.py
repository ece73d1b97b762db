"""A snapshot for others: the same reads without names, and a manifest that says so."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from snapper.archive.archive import Archive
from snapper.archive.manifest import Manifest, SourceCoverage
from snapper.archive.parquet import write
from snapper.archive.redact import LEFT_OUT, Redaction
from snapper.archive.store import file_name

WHY_LEFT_OUT: Final = "left out by `snapper pack --redact`, for its text may name anything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was written, and what was replaced in it."""

    path: Path
    manifest: Manifest
    counts: Mapping[str, Counter[str]]
    """Source → kind → how many were replaced."""


def pack(archive: Archive, folder: Path, *, key: bytes, overwrite: bool = False) -> Packed:
    """Write a snapshot again with pseudonyms for all that names a host, its users and what it runs.

    Args:
        archive: The snapshot.
        folder: Where the new one goes; its name is made of the pseudonyms.
        key: The same key gives the same pseudonyms, so that snapshots packed with it can be compared.
        overwrite: Replace a file of that name.

    Raises:
        CannotWrite: The folder cannot be written, or the name is taken.
    """
    reads = [read for source in archive.sources() if source not in LEFT_OUT for read in archive.reads(source)]
    redaction = Redaction(key, host=archive.manifest.host)
    redaction.learn(reads)
    redacted = [redaction.read(read) for read in reads]
    manifest = _manifest(archive.manifest, redaction, key)
    path = folder / file_name(host=manifest.host, label=manifest.label, identity=manifest.id, started=manifest.started)
    write(redacted, manifest, path, overwrite=overwrite)
    return Packed(path=path, manifest=manifest, counts=redaction.names.counts)


def _manifest(manifest: Manifest, redaction: Redaction, key: bytes) -> Manifest:
    coverage = {source: _coverage(source, row, redaction) for source, row in manifest.coverage.items()}
    redaction.names.source = "the manifest"
    named = replace(
        manifest,
        id=hmac.digest(key, manifest.id.encode(), "sha256").hex()[:12],
        host=redaction.names.host(manifest.host),
        label=redaction.text(manifest.label),
        tags={name: redaction.text(value) for name, value in manifest.tags.items()},
        coverage=coverage,
    )
    total: Counter[str] = Counter()
    for counts in redaction.names.counts.values():
        total += counts
    return replace(named, redacted=dict(sorted(total.items())))


def _coverage(source: str, row: SourceCoverage, redaction: Redaction) -> SourceCoverage:
    if source in LEFT_OUT:
        return SourceCoverage(status="skipped", why=WHY_LEFT_OUT)
    redaction.names.source = source
    return replace(row, why=redaction.text(row.why))
