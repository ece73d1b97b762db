"""The manifest as the file's metadata hold it, both ways: Parquet's pairs of names and texts.

What is told of the capture stands there as JSON. How each of some two hundred sources fared, most of them much alike,
was a fifteenth of a snapshot as plain JSON: that part is packed (zlib, then base64, for a reader may want UTF-8).
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from snapper.archive.manifest import CHECKSUM_KEY, COVERAGE_KEY, METADATA_KEY, Manifest

MAX_BYTES: Final = 2**24
"""Of the part that is packed, unpacked: a thousand times what a capture's takes."""


def metadata_of(manifest: Manifest) -> dict[bytes, bytes]:
    """What a file holds of a manifest: name → text."""
    plain = manifest.to_json()
    packed = base64.b64encode(zlib.compress(_text(plain.pop("coverage")), 9))
    about = _text(plain)
    return {METADATA_KEY: about, COVERAGE_KEY: packed, CHECKSUM_KEY: _checksum(about, packed)}


def manifest_in(metadata: Mapping[bytes, bytes]) -> object:
    """The manifest as plain data, for `Manifest.from_json`; its coverage may stand in its JSON, not packed.

    Raises:
        ValueError: It is not as it was written.
    """
    about, packed = metadata.get(METADATA_KEY, b""), metadata.get(COVERAGE_KEY, b"")
    if metadata.get(CHECKSUM_KEY) not in {None, _checksum(about, packed)}:
        raise ValueError("another checksum")
    try:
        data: Any = json.loads(about)
        return {**data, "coverage": json.loads(_unpacked(packed))} if packed and isinstance(data, dict) else data
    except (zlib.error, RecursionError) as error:  # the second of lists within lists
        raise ValueError(error) from error


def _unpacked(packed: bytes) -> bytes:
    """What was packed, if it is no more than MAX_BYTES."""
    stream = zlib.decompressobj()
    found = stream.decompress(base64.b64decode(packed, validate=True), MAX_BYTES)
    if not stream.eof:
        raise ValueError("too long, or cut off")
    return found


def _checksum(about: bytes, packed: bytes) -> bytes:
    return b"%08x" % zlib.crc32(packed, zlib.crc32(about))


def _text(data: object) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()
