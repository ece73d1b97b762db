"""Thrift's compact protocol, both ways, as far as Parquet's footers and page headers need it.

A shape says which fields are asked for, and of which type: a field that has another type is refused, and so is one
that is there twice; fields that the shape does not name are passed over. So a reader of this kind and another one
cannot take the same bytes for different things.
Source: https://github.com/apache/thrift/blob/v0.22.0/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

I32: Final = 5
I64: Final = 6
BINARY: Final = 8
_BYTE, _LIST, _SET, _STRUCT = 3, 9, 10, 12
_FLAGS: Final = {1, 2}
"""True and false: the value is in the type, but takes a byte in a list."""
_FIXED: Final = {1: 0, 2: 0, _BYTE: 1, 7: 8}
"""Types of one length (7: a float) in bytes."""
_NUMBERS: Final = {4, I32, I64}
_BITS: Final = {I32: 32, I64: 64}

Shape = Mapping[int, Any]
"""Field number → I32, I64, BINARY, another shape, or a list of the one type that its items have."""

_DEPTH: Final = 8
_LONG: Final = 15
"""Beside the type of a list stands its length if that is below this, beside that of a field its step up to this."""


class NotThrift(ValueError):
    """The bytes are none of the protocol, or do not have the shape."""


def unpack(data: bytes, shape: Shape, *, items: int = 1000) -> tuple[dict[int, Any], int]:
    r"""Read a struct.

    Args:
        data: Begins with it.
        shape: What is asked for.
        items: How many there may be in all its lists that are asked for: each takes a hundred bytes of memory,
            and may take a single one of the data.

    Returns:
        Field number → value (integers, bytes, such structs, lists of these), and how many bytes the struct takes.

    Raises:
        NotThrift: It is none.

    >>> unpack(b"\x15\x1a\x19\x28\x01a\x00\x00", {1: I32, 2: [BINARY]})
    ({1: 13, 2: [b'a', b'']}, 8)
    """
    reader = _Reader(data, items)
    try:
        return reader.struct(shape, 0), reader.at
    except IndexError:
        raise NotThrift("ends too early") from None


def packed(fields: Mapping[int, Any], shape: Shape) -> bytes:
    r"""Write a struct of which every field is in the shape.

    >>> packed({1: 13, 2: [b"a", b""]}, {1: I32, 2: [BINARY]}).hex(" ")
    '15 1a 19 28 01 61 00 00'
    """
    found = bytearray()
    last = 0
    for number, value in sorted(fields.items()):
        step, kind = number - last, _type_of(shape[number])
        found += bytes([step << 4 | kind]) if step <= _LONG else bytes([kind]) + _zigzag(number)
        found += _packed(value, shape[number])
        last = number
    return bytes(found) + b"\0"


class _Reader:
    """IndexError where the data end too early. A footer has ten thousand bytes to look at: some calls are spared."""

    def __init__(self, data: bytes, items: int) -> None:
        self.at = 0
        self._data = data
        self._items = items

    def struct(self, shape: Shape, depth: int) -> dict[int, Any]:
        data = self._data
        fields: dict[int, Any] = {}
        last = 0
        while head := data[self.at]:
            self.at += 1
            last = last + (head >> 4) if head > _LONG else self._integer()
            wanted = shape.get(last)
            if wanted is None:
                self._pass_over(head & 15, depth + 1)
            elif last in fields or head & 15 != _type_of(wanted):
                raise NotThrift(f"field {last} is there twice, or is something else")
            else:
                fields[last] = self._value(wanted, depth + 1)
        self.at += 1
        return fields

    def _value(self, wanted: Any, depth: int) -> Any:
        if isinstance(wanted, int):
            return self._bytes() if wanted == BINARY else self._integer(_BITS[wanted])
        return self._list(wanted[0], depth) if isinstance(wanted, list) else self.struct(wanted, depth)

    def _list(self, wanted: Any, depth: int) -> list[Any]:
        size, kind = self._list_head()
        self._items -= size
        if kind != _type_of(wanted) or self._items < 0:
            raise NotThrift("a list of something else, or of too much")
        return [self._value(wanted, depth) for _ in range(size)]

    def _list_head(self) -> tuple[int, int]:
        head = self._data[self.at]
        self.at += 1
        return (head >> 4 if head >> 4 < _LONG else self._varint()), head & 15

    def _pass_over(self, kind: int, depth: int) -> None:
        if kind in _NUMBERS:
            self._varint()
        elif kind == BINARY:
            self._skip(self._varint())
        elif kind in _FIXED:
            self._skip(_FIXED[kind])
        elif depth > _DEPTH:
            raise NotThrift("nested too deep")
        elif kind == _STRUCT:
            self.struct({}, depth)
        elif kind in {_LIST, _SET}:
            size, each = self._list_head()
            for _ in range(size):  # each takes a byte at least, so that this ends with the data
                self._pass_over(_BYTE if each in _FLAGS else each, depth + 1)
        else:
            raise NotThrift("no such type")

    def _integer(self, bits: int = 16) -> int:
        value = self._varint()
        if value >> bits:
            raise NotThrift("a number too large for its type")
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        byte = self._data[self.at]
        self.at += 1
        if byte < 128:
            return byte
        value = byte & 127
        for shift in range(7, 70, 7):
            byte = self._data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise NotThrift("a number too long")

    def _bytes(self) -> bytes:
        length = self._varint()
        self._skip(length)
        return self._data[self.at - length : self.at]

    def _skip(self, length: int) -> None:
        self.at += length
        if self.at > len(self._data):
            raise IndexError


def _type_of(wanted: Any) -> int:
    if isinstance(wanted, int):
        return wanted
    return _LIST if isinstance(wanted, list) else _STRUCT


def _packed(value: Any, shape: Any) -> bytes:
    if shape == BINARY:
        return _varint(len(value)) + bytes(value)
    if isinstance(shape, list):
        return _packed_list(value, shape[0])
    if isinstance(shape, Mapping):
        return packed(value, shape)
    return _zigzag(value)


def _packed_list(values: Sequence[Any], shape: Any) -> bytes:
    size, kind = len(values), _type_of(shape)
    head = bytes([size << 4 | kind]) if size < _LONG else bytes([_LONG << 4 | kind]) + _varint(size)
    return head + b"".join(_packed(value, shape) for value in values)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
