"""A footer that somebody changed and sealed anew: refused, or read as if it had not been; it never ends the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from snapper.archive import parquet
from snapper.archive.archive import open_archive
from snapper.archive.footer import read_footer
from snapper.archive.layout import layout_of, reader_of
from snapper.archive.pages import DICTIONARY, pages_of
from snapper.archive.parquet import SCHEMA, write
from snapper.archive.seal import BLANK, SEAL_KEY
from tests.archive import spools
from tests.archive.apart import Apart
from tests.archive.hostile import altered, footer_of, sealed, with_footer

SOURCE, T, CONTENT, EXIT_CODE = map(SCHEMA.names.index, ("source", "t", "content", "exit_code"))
Fields = dict[int, Any]
Change = Callable[[Fields], object]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("groups") / "groups.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "GROUP_ROWS", 5)
        write(spools.rows(spools.small()), spools.manifest(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    with Apart(tmp_path_factory.mktemp("apart") / "some.parquet") as process:
        yield process


def element(fields: Fields, column: int) -> Fields:
    """A column's element of the schema, behind the root's."""
    found: Fields = fields[2][1 + column]
    return found


def about(fields: Fields, column: int, group: int = 0) -> Fields:
    """The ColumnMetaData."""
    found: Fields = fields[4][group][1][column][3]
    return found


def sizes(column: int, **figures: Any) -> Change:
    """Other SizeStatistics: bytes of its texts, histograms of repetition and of definition."""
    numbers = {"texts": 1, "repetition": 2, "definition": 3}
    return lambda fields: about(fields, column).update({16: {numbers[name]: each for name, each in figures.items()}})


def moved(fields: Fields) -> None:
    """Every column of the first row group where the one before it is."""
    group = fields[4][0][1]
    group[1:] = [*group[:1], *group[1:-1]]


AS_IT_WAS = ""
CHANGES: dict[str, tuple[Change, str]] = {
    # These ended the process: Arrow 26 holds the sizes against the schema where nobody catches what it throws.
    "bytes of texts that are numbers": (sizes(T, texts=100), AS_IT_WAS),
    "how often nothing is repeated": (sizes(T, repetition=[1, 1, 1, 1]), AS_IT_WAS),
    "no definition, where nothing is defined": (sizes(CONTENT, definition=[1, 2, 3]), AS_IT_WAS),
    "texts of a type that has no bytes": (lambda fields: element(fields, SOURCE).update({1: 2}), "`source` is text"),
    "floats": (lambda fields: element(fields, CONTENT).update({1: 4}), "`content` is float, expected binary"),
    "columns in another order": (moved, "of column `key` what does not fit"),
    # What the strict form does not have.
    "numbers that may be many": (lambda fields: element(fields, EXIT_CODE).update({3: 2}), "is int32, or many"),
    "contents that may be nothing": (lambda fields: element(fields, CONTENT).update({3: 1}), "binary, or nothing"),
    "a type that is none": (lambda fields: element(fields, T).update({1: 99}), "`t` is of no known type"),
    "a date": (lambda fields: element(fields, T).update({6: 9}), "`t` is int64 of another meaning"),
    "a column with children": (lambda fields: element(fields, T).update({5: 1}), "nested"),
    "a root without children": (lambda fields: fields[2][0].update({5: 0}), "nested"),
    "no schema": (lambda fields: fields.pop(2), "nested"),
    "another codec": (lambda fields: about(fields, T).update({4: 1}), "of column `t` what does not fit"),
    "a type of its own": (lambda fields: about(fields, T).update({1: 1}), "of column `t` what does not fit"),
    "another path": (lambda fields: about(fields, T).update({3: [b"took"]}), "of column `t` what does not fit"),
    "more values than rows": (lambda fields: about(fields, T).update({5: 6}), "of column `t` what does not fit"),
    "nothing of a column": (lambda fields: fields[4][0][1][T].pop(3), "of column `t` what does not fit"),
    "a column too few": (lambda fields: fields[4][0][1].pop(), "of column `exit_code` what does not fit"),
    "before the file": (lambda fields: about(fields, T).update({9: -9}), "`t` lie where it cannot be"),
    "behind the file": (lambda fields: about(fields, T).update({9: 10**9}), "`t` lie where it cannot be"),
    "longer than the file": (lambda fields: about(fields, EXIT_CODE, 2).update({7: 10**9}), "`exit_code` lie"),
    "shorter than nothing": (lambda fields: about(fields, T).update({7: -1}), "`t` lie where it cannot be"),
    "on top of another": (lambda fields: about(fields, T, 1).update({9: about(fields, T)[9]}), "`t` lie where"),
    "the dictionary behind the data": (lambda fields: about(fields, SOURCE).update({11: 10**6}), "`source` lie"),
    "a dictionary where there is none": (lambda fields: about(fields, T).update({11: about(fields, T)[9] - 4}), "lie"),
    "no dictionary where there is one": (lambda fields: about(fields, SOURCE).pop(11), "lie where it cannot be"),
    "the row groups the other way round": (lambda fields: fields[4].reverse(), "lie where it cannot be"),
    "a row group twice": (lambda fields: fields[4].append(fields[4][-1]), "lie where it cannot be"),
    "a row group too few": (lambda fields: fields[4].pop(), "claims 13 rows, its row groups hold 10"),
    "less than no rows": (lambda fields: fields[4][0].update({3: -5}), "a row group of -5 rows"),
    "no number of rows": (lambda fields: fields.pop(3), "claims no number of rows"),
    "the manifest twice": (lambda fields: fields[5].append(fields[5][0]), "its footer cannot be read"),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_a_changed_footer_says_is_not_believed(name: str, content: bytes, apart: Apart) -> None:
    change, says = CHANGES[name]

    said = apart.open(altered(content, change))

    if says:
        assert said.startswith("refused ")
        assert says in said
    else:
        assert said == apart.open(content)


CHANGED = st.lists(
    st.tuples(st.sampled_from(["flip", "put", "swap", "drop"]), st.floats(0, 1, exclude_max=True), st.integers(0, 255)),
    min_size=1,
    max_size=3,
)


@given(changes=CHANGED)
def test_any_changed_bytes_of_a_footer_change_nothing_or_are_refused(
    content: bytes, apart: Apart, changes: list[tuple[str, float, int]]
) -> None:
    footer = bytearray(footer_of(content))
    begin, end = footer.index(b'{"format"'), footer.index(b"snapper.manifest.crc32")
    for kind, part, value in changes:
        at = int(part * (len(footer) - (end - begin)))
        at += 0 if at < begin else end - begin  # the manifest is text, and has a checksum of its own
        at = min(at, len(footer) - 1)
        if kind == "flip":
            footer[at] ^= 1 << value % 8
        elif kind == "put":
            footer[at] = value
        elif kind == "swap":
            other = max(0, at - value)
            footer[at], footer[other] = footer[other], footer[at]
        else:
            del footer[at : at + value % 8]
    try:
        damaged = sealed(with_footer(content, bytes(footer)))
    except ValueError:
        reject()  # nowhere to put a seal

    said = apart.open(damaged)

    assert said.startswith("refused ") or said == apart.open(content)


def test_every_flipped_bit_of_what_is_said_of_a_column_changes_nothing_or_is_refused(
    content: bytes, apart: Apart
) -> None:
    """All of the schema and of the first row group's texts: 300 bytes in which Arrow 26 ends the process at 20 bits."""
    footer = footer_of(content)
    whole = apart.open(content)
    begin, end = footer.index(b"source") - 8, footer.index(b"cmd.vmstat")

    for at in range(begin, end):
        for bit in range(8):
            flipped = footer[:at] + bytes([footer[at] ^ 1 << bit]) + footer[at + 1 :]
            said = apart.open(sealed(with_footer(content, flipped)))
            assert said.startswith("refused ") or said == whole


def test_an_index_beyond_its_dictionary_is_refused_before_it_is_looked_up(content: bytes, apart: Apart) -> None:
    status = SCHEMA.names.index("status")
    file = BytesIO(content)
    *_, last = (page for page in pages_of(file, layout_of(read_footer(file)), [status]) if page.kind == DICTIONARY)
    at = last.begin - 6  # of the header: the number of words, behind it the encoding and two ends
    assert content[at] == 2 * last.values

    said = apart.open(sealed(content[:at] + b"\0" + content[at + 1 :]))

    assert said.startswith("refused ")


def test_a_row_of_bytes_as_long_as_a_footer_is_none(content: bytes, apart: Apart) -> None:
    for footer in (b"", b"\0", b"\x19" * 5000, b"\x1c" * 5000, b"\xff" * 5000, b"\x19\xfc\xff\xff\xff\xff\x0f" * 9):
        assert apart.open(with_footer(content, footer)).startswith("refused ")


def test_arrow_reads_the_same_by_the_footer_that_is_made_for_it(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "whole.parquet"
    path.write_bytes(content)

    with path.open("rb") as file:
        reader = reader_of(file, layout_of(read_footer(file)))
        assert reader.schema_arrow.equals(SCHEMA)
        assert reader.metadata.num_row_groups == 3
        assert reader.read().unify_dictionaries().equals(pq.read_table(path).unify_dictionaries())
    assert len(open_archive(path).reads("proc.stat")) == 3


def test_a_footer_is_written_as_it_is_read(content: bytes) -> None:
    footer = read_footer(BytesIO(content))

    again = read_footer(BytesIO(altered(content, len)))

    assert {**again.metadata, SEAL_KEY: BLANK} == {**footer.metadata, SEAL_KEY: BLANK}
    assert layout_of(again) == layout_of(footer)
