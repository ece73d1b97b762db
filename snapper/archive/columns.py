"""Arrow columns from Python values and back, in bulk and from buffers.

`pa.array(list)` and `pa.table(dict)` look for pandas and import it where it is installed,
which costs half a second; arrays that are put together from buffers do not. The way back
slices one buffer instead of asking Arrow for 50,000 scalars.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, Final, TypeVar, cast

import pyarrow as pa

T = TypeVar("T")

NATIVE: Final = {"int32": "i", "int64": "q"}
"""Arrow's name of an integer type → the code of Python's `array` and `memoryview`."""

PORTION: Final = 4096
"""Rows of contents that are copied at a time: a chunk may hold hundreds of megabytes."""


def integers(values: Iterable[int], kind: pa.DataType) -> pa.Array[Any]:
    """An integer column that holds a value in every row."""
    data = array(NATIVE[str(kind)], values)
    return pa.Array.from_buffers(kind, len(data), [None, pa.py_buffer(data)])


def nullable_integers(values: Sequence[int | None], kind: pa.DataType) -> pa.Array[Any]:
    """An integer column where None is null."""
    data = array(NATIVE[str(kind)], (value or 0 for value in values))
    return pa.Array.from_buffers(kind, len(data), [_validity(values), pa.py_buffer(data)])


def blobs(values: Sequence[bytes | None], kind: pa.DataType) -> pa.Array[Any]:
    """A column of bytes, or of text as UTF-8, together below 2 GiB; None is null."""
    present = [value or b"" for value in values]
    offsets = array("i", accumulate(map(len, present), initial=0))
    buffers = [_validity(values), pa.py_buffer(offsets), pa.py_buffer(b"".join(present))]
    return pa.Array.from_buffers(kind, len(present), buffers)


def words(values: Sequence[str], kind: pa.DictionaryType[Any, Any]) -> pa.Array[Any]:
    """A dictionary column of text; its dictionary is sorted."""
    vocabulary = sorted(set(values))
    index = {word: number for number, word in enumerate(vocabulary)}
    # A word with half a surrogate pair cannot be UTF-8; escaped it is still readable.
    encoded = [word.encode("utf-8", "backslashreplace") for word in vocabulary]
    return pa.DictionaryArray.from_arrays(
        integers((index[value] for value in values), kind.index_type), blobs(encoded, kind.value_type)
    )


def _validity(values: Sequence[object]) -> pa.Buffer | None:
    """Arrow's bitmap of the rows that hold something; None if all do."""
    if None not in values:
        return None
    bits = bytearray((len(values) + 7) // 8)
    for row, value in enumerate(values):
        if value is not None:
            bits[row >> 3] |= 1 << (row & 7)
    return pa.py_buffer(bytes(bits))


def integers_of(column: pa.ChunkedArray[Any]) -> list[int]:
    """An integer column without nulls as a list."""
    return list(chain.from_iterable(map(_native, column.chunks)))


def nullable_integers_of(column: pa.ChunkedArray[Any]) -> list[int | None]:
    """An integer column as a list; null is None."""
    return list(chain.from_iterable(_nullable(chunk, _native) for chunk in column.chunks))


def blobs_of(column: pa.ChunkedArray[Any]) -> list[bytes]:
    """A binary column without nulls as a list."""
    return list(chain.from_iterable(map(_blobs, column.chunks)))


def nullable_blobs_of(column: pa.ChunkedArray[Any]) -> list[bytes | None]:
    """A binary column as a list; null is None."""
    return list(chain.from_iterable(_nullable(chunk, _blobs) for chunk in column.chunks))


def codes_of(column: pa.ChunkedArray[Any]) -> list[int]:
    """The indices of a dictionary column without nulls whose chunks share one dictionary."""
    chunks = cast("list[pa.DictionaryArray[Any, Any]]", column.chunks)
    return list(chain.from_iterable(_native(chunk.indices) for chunk in chunks))


def words_of(column: pa.ChunkedArray[Any]) -> list[str]:
    """The dictionary that all chunks of a column share."""
    chunks = cast("list[pa.DictionaryArray[Any, Any]]", column.chunks)
    return list(map(str, chunks[0].dictionary.to_pylist())) if chunks else []


def _nullable(chunk: pa.Array[Any], convert: Callable[[pa.Array[Any]], Sequence[T | None]]) -> Sequence[T | None]:
    """A chunk as a list, by the quick way where nothing or everything is null."""
    if chunk.null_count == 0:
        return convert(chunk)
    if chunk.null_count == len(chunk):
        return [None] * len(chunk)
    return chunk.to_pylist()  # of commands, of which a capture has a few dozen rows


def _native(chunk: pa.Array[Any]) -> list[int]:
    """The values of an integer array that has no nulls."""
    return _slice(chunk.buffers()[1], NATIVE[str(chunk.type)], chunk.offset, len(chunk))


def _blobs(chunk: pa.Array[Any]) -> list[bytes]:
    return list(chain.from_iterable(_portion(chunk.slice(at, PORTION)) for at in range(0, len(chunk), PORTION)))


def _portion(chunk: pa.Array[Any]) -> list[bytes]:
    _, offsets_buffer, data_buffer = chunk.buffers()
    offsets = _slice(offsets_buffer, "i", chunk.offset, len(chunk) + 1)
    first = offsets[0]
    # One copy of the portion's bytes, then slices of bytes: quicker than a memoryview for each.
    data = b"" if data_buffer is None else bytes(memoryview(data_buffer)[first : offsets[-1]])
    return [data[begin - first : end - first] for begin, end in pairwise(offsets)]


def _slice(buffer: pa.Buffer | None, code: str, start: int, length: int) -> list[int]:
    """Some of a buffer's native integers."""
    found = array(code)
    if buffer is not None:
        found.frombytes(memoryview(buffer)[start * found.itemsize : (start + length) * found.itemsize])
    return found.tolist()
