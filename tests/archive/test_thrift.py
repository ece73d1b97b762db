"""What is written in Thrift's compact protocol is read again; what has another shape is refused, noise too."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.thrift import BINARY, I32, I64, NotThrift, packed, unpack

SHAPE = {1: I32, 2: I64, 5: BINARY, 16: [I64], 17: [{1: BINARY, 3: [BINARY]}], 40: {2: {1: I32}}}
INT32, INT64 = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
SOME = st.lists(st.binary(max_size=3), max_size=20)
FIELDS: st.SearchStrategy[dict[int, Any]] = st.fixed_dictionaries(
    {},
    optional={
        1: INT32,
        2: INT64,
        5: st.binary(max_size=300),
        16: st.lists(INT64, max_size=20),
        17: st.lists(st.fixed_dictionaries({}, optional={1: st.binary(max_size=3), 3: SOME}), max_size=3),
    },
)


@given(fields=FIELDS, behind=st.binary(max_size=3))
def test_what_is_written_is_read(fields: dict[int, Any], behind: bytes) -> None:
    written = packed(fields, SHAPE)

    assert unpack(written + behind, SHAPE) == (fields, len(written))


@given(fields=FIELDS)
def test_fields_that_are_not_asked_for_are_passed_over(fields: dict[int, Any]) -> None:
    written = packed(fields, SHAPE)

    assert unpack(written, {}) == ({}, len(written))
    assert unpack(written, {5: BINARY}) == ({5: fields[5]} if 5 in fields else {}, len(written))


@given(fields=FIELDS, part=st.floats(0, 1, exclude_max=True))
def test_what_is_cut_off_is_refused(fields: dict[int, Any], part: float) -> None:
    written = packed(fields, SHAPE)

    with pytest.raises(NotThrift):
        unpack(written[: int(part * len(written))], SHAPE)


@given(noise=st.binary(max_size=200))
def test_noise_is_refused_or_has_the_shape(noise: bytes) -> None:
    with contextlib.suppress(NotThrift):
        fields, length = unpack(noise, SHAPE)
        assert length <= len(noise)
        assert unpack(packed(fields, SHAPE), SHAPE)[0] == fields


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x15\x02\x05\x02\x02\x00", "twice"),
        (b"\x16\x02\x00", "something else"),
        (b"\x15" + b"\xff" * 9 + b"\x01\x00", "too large"),
        (b"\x15" + b"\xff" * 20, "too long"),
        (b"\x5b\x00", "something else"),
        (b"\xdb\x00", "no such type"),
        (b"\x58\xff\xff\xff\xff\x0f", "too early"),
        (b"\xd8\xff\xff\xff\xff\x0f", "too early"),
        (b"\x05\x20\xf9\x10\x05" + b"\x00" * 9, "something else"),
        (b"\x09\x20\xf6\x80\x80\x80\x80\x10" + b"\x00" * 9, "too much"),
        (b"\x1c" * 100, "something else"),
        (b"\xdc" + b"\x1c" * 100, "too deep"),
        (b"\xd9" + b"\x19" * 100, "too deep"),
    ],
)
def test_another_shape_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(NotThrift, match=says):
        unpack(data, SHAPE)


def test_flags_floats_and_sets_are_passed_over() -> None:
    assert unpack(b"\x31\x12\x13\x07\x17" + b"\x01" * 8 + b"\x19\x21\x01\x02\x1a\x13\x05\x00", {}) == ({}, 21)
