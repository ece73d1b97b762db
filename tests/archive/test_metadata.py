"""What a file's metadata hold of a manifest is the whole manifest, and what is altered there is refused."""

from __future__ import annotations

import base64
import json
import zlib

import pytest

from snapper.archive import metadata
from snapper.archive.manifest import CHECKSUM_KEY, COVERAGE_KEY, METADATA_KEY, Manifest, SourceCoverage
from snapper.archive.metadata import manifest_in, metadata_of
from tests.archive import spools

MANIFEST = spools.manifest(coverage={"cmd.ss": SourceCoverage(status="ok", reads=2, took=0.012279051, version="ss ü")})
ABOUT = json.dumps(MANIFEST.to_json()).encode()
PACKED = metadata_of(MANIFEST)[COVERAGE_KEY]


def checked_again(stored: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """As who alters a file on purpose would leave it."""
    return {**stored, CHECKSUM_KEY: b"%08x" % zlib.crc32(stored[METADATA_KEY] + stored[COVERAGE_KEY])}


def test_a_manifest_comes_back_as_it_was() -> None:
    assert Manifest.from_json(manifest_in(metadata_of(MANIFEST))) == MANIFEST


def test_what_stands_there_is_text() -> None:
    assert all(value.isascii() for value in metadata_of(MANIFEST).values())


def test_coverage_within_the_json_is_read_where_none_is_packed() -> None:
    stored = {METADATA_KEY: ABOUT, CHECKSUM_KEY: b"%08x" % zlib.crc32(ABOUT)}

    assert Manifest.from_json(manifest_in(stored)) == MANIFEST


@pytest.mark.parametrize("name", [METADATA_KEY, COVERAGE_KEY])
def test_what_the_checksum_is_not_of_is_refused(name: bytes) -> None:
    stored = metadata_of(MANIFEST)

    with pytest.raises(ValueError, match="checksum"):
        manifest_in({**stored, name: stored[name] + b" "})


@pytest.mark.parametrize(
    "packed",
    [
        PACKED + b"!",
        PACKED[:8],
        base64.b64encode(b"no zlib"),
        base64.b64encode(zlib.compress(b"{")),
        base64.b64encode(zlib.compress(b"[" * 100_000)),
        base64.b64encode(base64.b64decode(PACKED)[:-4] + b"\0\0\0\0"),
    ],
    ids=["no base64", "cut off", "no zlib", "no JSON", "deep", "another sum"],
)
def test_what_was_never_packed_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each of another library
        manifest_in(checked_again({**metadata_of(MANIFEST), COVERAGE_KEY: packed}))


def test_what_unpacks_to_more_than_anybody_has_to_say_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "MAX_BYTES", 20)

    with pytest.raises(ValueError, match="too long"):
        manifest_in(metadata_of(MANIFEST))
