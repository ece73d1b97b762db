"""The seal: the digest of the whole file, kept in the file itself, so that no byte of it can change unseen.

Parquet has checksums for its pages and none for their headers nor for the footer. So 64 digits
are kept free in the metadata: the SHA-256 of the file as it is with zeros in their place. It
proves that a file is as it was written, not who wrote it.
"""

from __future__ import annotations

import hashlib
import re
from typing import BinaryIO, Final

from snapper.archive.footer import place_of_footer

SEAL_KEY: Final = b"snapper.sha256"
BLANK: Final = b"0" * 64
"""What the writer puts under SEAL_KEY until `seal` knows better."""

# Thrift's compact protocol: field 2, a text of 64 bytes. A manifest is JSON, which has no control characters.
_PLACE: Final = re.compile(re.escape(SEAL_KEY) + rb"\x18\x40([0-9a-f]{64})")
_CHUNK: Final = 2**20


def seal(file: BinaryIO) -> str:
    """Fill in the digest of a file that was written with BLANK under SEAL_KEY.

    Args:
        file: Open for reading and writing, and all of it written.

    Returns:
        The 64 hexadecimal digits.

    Raises:
        ValueError: It has no place for a seal, or more than one.
    """
    at = _place(file)
    if at is None:
        raise ValueError("the file has no one place for a seal")
    digest = _digest(file, at)
    file.seek(at)
    file.write(digest.encode())
    return digest


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file has a seal, and every byte is as it was when it got it."""
    at = _place(file)
    if at is None:
        return False
    file.seek(at)
    return file.read(len(BLANK)).decode("ascii") == _digest(file, at)


def _place(file: BinaryIO) -> int | None:
    """Where the digits begin; None where there is not exactly one such place in the footer."""
    footer = place_of_footer(file)
    if footer is None:
        return None
    begin, length = footer
    file.seek(begin)
    places = [*_PLACE.finditer(file.read(length))]
    return begin + places[0].start(1) if len(places) == 1 else None


def _digest(file: BinaryIO, at: int) -> str:
    """SHA-256 with zeros from `at` on, where the digits are."""
    digest = hashlib.sha256()
    file.seek(0)
    left = at
    while left and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    digest.update(BLANK)
    file.seek(at + len(BLANK))
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
