"""Columns survive the way into Arrow's buffers and back, whole and in slices."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive import columns

SLICES = st.tuples(st.integers(0, 12), st.integers(0, 12))


def chunked(*arrays: pa.Array) -> pa.ChunkedArray:
    return pa.chunked_array([*arrays])


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=12), SLICES)
def test_integers(values: list[int], where: tuple[int, int]) -> None:
    column = chunked(columns.integers(values, pa.int64())).slice(*where)

    assert columns.integers_of(column) == values[where[0] :][: where[1]] == column.to_pylist()


@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=12), SLICES)
def test_integers_with_gaps(values: list[int | None], where: tuple[int, int]) -> None:
    column = chunked(columns.nullable_integers(values, pa.int32())).slice(*where)

    assert columns.nullable_integers_of(column) == values[where[0] :][: where[1]] == column.to_pylist()


@given(st.lists(st.none() | st.binary(max_size=9), max_size=12), SLICES)
def test_bytes_with_gaps(values: list[bytes | None], where: tuple[int, int]) -> None:
    column = chunked(columns.blobs(values, pa.binary())).slice(*where)

    assert columns.nullable_blobs_of(column) == values[where[0] :][: where[1]] == column.to_pylist()


@given(st.lists(st.binary(max_size=9), max_size=12), st.lists(st.binary(max_size=9), max_size=3), SLICES)
def test_bytes_in_two_chunks(one: list[bytes], other: list[bytes], where: tuple[int, int]) -> None:
    column = chunked(columns.blobs(one, pa.binary()), columns.blobs(other, pa.binary())).slice(*where)

    assert columns.blobs_of(column) == [*one, *other][where[0] :][: where[1]]


@given(st.lists(st.text(max_size=5), max_size=12), SLICES)
def test_words(values: list[str], where: tuple[int, int]) -> None:
    kind = pa.dictionary(pa.int32(), pa.string())
    column = chunked(columns.words(values, kind)).slice(*where)
    vocabulary = columns.words_of(column)

    found = [vocabulary[code] for code in columns.codes_of(column)]

    assert found == [word.encode("utf-8", "backslashreplace").decode() for word in values][where[0] :][: where[1]]
