"""Snapshots that somebody made to do harm: small, sealed as real ones are, and claiming what no host has."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from snapper.archive.footer import CHUNK, FILE, GROUP
from snapper.archive.manifest import CHECKSUM_KEY, METADATA_KEY
from snapper.archive.parquet import SCHEMA
from snapper.archive.seal import BLANK, SEAL_KEY, seal
from snapper.archive.thrift import I64, packed, unpack
from tests.archive import spools

_SIZES = {16: {1: I64, 2: [I64], 3: [I64]}}  # SizeStatistics
_WITH_SIZES = {**FILE, 4: [{**GROUP, 1: [{**CHUNK, 3: {**CHUNK[3], **_SIZES}}]}]}


def sealed(content: bytes) -> bytes:
    """With a seal that holds, whatever was changed."""
    file = BytesIO(content)
    seal(file)
    return file.getvalue()


def table(contents: Sequence[bytes], **columns: Any) -> pa.Table:
    """Reads of one source and key, as sorted as real ones."""
    rows = len(contents)
    word = pa.dictionary(pa.int32(), pa.string())
    values = {
        "source": pa.array(["proc.stat"] * rows, word),
        "key": pa.array([""] * rows, word),
        "t": pa.array([0] * rows, pa.int64()),
        "took": pa.array([0] * rows, pa.int32()),
        "status": pa.array(["ok"] * rows, word),
        "content": pa.array(contents, pa.binary()),
        "stderr": pa.array([None] * rows, pa.binary()),
        "exit_code": pa.array([None] * rows, pa.int32()),
    } | columns
    return pa.table([values[name] for name in SCHEMA.names], schema=SCHEMA)


def file_of(rows: pa.Table, about: bytes | None = None, **options: Any) -> bytes:
    about = json.dumps(spools.manifest().to_json()).encode() if about is None else about
    metadata = {METADATA_KEY: about, CHECKSUM_KEY: b"%08x" % zlib.crc32(about), SEAL_KEY: BLANK}
    file = BytesIO()
    given = {"compression": "zstd", "use_dictionary": ["source", "key", "status"]} | options
    pq.write_table(rows.replace_schema_metadata(metadata), file, **given)
    return sealed(file.getvalue())


def varint(value: int) -> bytes:
    """As Thrift's compact protocol has it."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def footer_of(content: bytes) -> bytes:
    return content[-8 - int.from_bytes(content[-8:-4], "little") : -8]


def with_footer(content: bytes, footer: bytes) -> bytes:
    """The same columns under another footer."""
    return content[: -8 - len(footer_of(content))] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def claiming(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """The same file with a footer in which each text, which is there once, is replaced."""
    footer = footer_of(content)
    for old, new in changes:
        assert footer.count(old) == 1, (old, footer.count(old))
        footer = footer.replace(old, new)
    return with_footer(content, footer)


def altered(content: bytes, change: Callable[[dict[int, Any]], object]) -> bytes:
    """The same file, sealed, with a footer whose fields were changed: those of FILE, and each column's sizes."""
    fields, _ = unpack(footer_of(content), _WITH_SIZES, items=10_000)
    change(fields)
    return sealed(with_footer(content, packed(fields, _WITH_SIZES)))


def bombs() -> dict[str, bytes]:
    """What it claims → the file."""
    small = file_of(table([b"cpu 1"] * 13))
    return {
        "a page of zeros": file_of(table([bytes(2**20)] * 96)),
        "one long value again and again": file_of(_rows(4_000, bytes(2**15)), use_dictionary=True),
        "a longer one of each before": file_of(
            _rows(4_000, bytes(2**15)), use_dictionary=False, column_encoding={"content": "DELTA_BYTE_ARRAY"}
        ),
        "a billion rows": sealed(claiming(small, (b"\x16\x1a\x19\x1c", b"\x16" + varint(2 * 10**9) + b"\x19\x1c"))),
        "a billion rows in a group": sealed(claiming(small, (b"\x16\x1a\x26", b"\x16" + varint(2 * 10**9) + b"\x26"))),
        "a page that says it is two gigabytes": sealed(_lying_page(small)),
        "a name of a gigabyte": claiming(small, (b"\x18\x0e" + SEAL_KEY, b"\x18" + varint(10**9) + SEAL_KEY)),
        "a manifest nested deep": file_of(table([b"x"]), b"[" * 1_000_000),
        "a manifest of one long number": file_of(table([b"x"]), b'{"format":' + b"9" * 1_000_000 + b"}"),
        "many rows": file_of(_rows(3_000_000)),
    }


def _lying_page(content: bytes) -> bytes:
    """The last column's page says of itself what the footer does not know of."""
    about = pq.read_metadata(BytesIO(content)).row_group(0).column(SCHEMA.names.index("exit_code"))
    at, packed, unpacked = about.data_page_offset, about.total_compressed_size, about.total_uncompressed_size
    assert content[at : at + 3] == b"\x15\x00\x15"
    end = at + 3
    while content[end] > 127:
        end += 1
    claim = varint(2 * (2**31 - 1))
    longer = content[: at + 3] + claim + content[end + 1 :]
    grown = packed + len(claim) - (end + 1 - at - 3)
    before = b"\x16" + varint(2 * unpacked) + b"\x16"
    after = b"\x26" + varint(2 * at)
    return claiming(longer, (before + varint(2 * packed) + after, before + varint(2 * grown) + after))


def _rows(count: int, content: bytes = b"") -> pa.Table:
    """Rows that take next to nothing in a file, for all are alike."""
    return table([content]).take(pa.nulls(count, pa.int32()).fill_null(0))
