"""The compared series as a Parquet table, a row each, for pandas, DuckDB, Polars and Spark.

The columns are the fields of `SeriesRow`. What is a pair or a chart there is taken apart, for
SQL asks by column: `interval_low`, `interval_high`; `chart_before` and `chart_after`, lists of
points, and `chart_interval`, the seconds between two. Who does not read them pays nothing for
them but bytes on the disk. What is not known, or not finite, is null.

What was compared stands as JSON in the schema's metadata, under `METADATA_KEY`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from io import BytesIO
from itertools import accumulate
from math import isfinite
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, Final, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from snapper.analyze.diff import Chart, Diff, SeriesRow
from snapper.archive.columns import blobs
from snapper.archive.files import open_regular
from snapper.errors import UnreadableSnapshot

METADATA_KEY: Final = b"snapper.diff"
"""Holds the members `format`, `before`, `after` and `summary` of the JSON document."""

GROUP_ROWS: Final = 20_000
"""Rows of a row group: with two charts of 120 points each below 40 MB in memory."""

LEVEL: Final = 3
"""Of zstd."""

Column = tuple["pa.Field[Any]", Callable[[Sequence[Any]], "pa.Array[Any]"]]
"""A column, and what makes it of the values of its field."""


def render_parquet(diff: Diff) -> bytes:
    """The whole file."""
    document = replace(diff, series=(), findings=()).to_json()
    about = {name: document[name] for name in ("format", "before", "after", "summary")}
    columns = [(name, column) for name, hint in get_type_hints(SeriesRow).items() for column in _columns(name, hint)]
    schema = pa.schema(
        [field for _, (field, _) in columns], metadata={METADATA_KEY: _utf8(json.dumps(about, ensure_ascii=False))}
    )
    written = BytesIO()
    with pq.ParquetWriter(written, schema, compression="zstd", compression_level=LEVEL) as writer:
        for group in _groups(diff.series):
            values = {field.name: [getattr(row, field.name) for row in group] for field in fields(SeriesRow)}
            arrays = [make(values[name]) for name, (_, make) in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema), row_group_size=len(group))
    return written.getvalue()


def is_table(path: Path) -> bool:
    """Whether a file is such a table, of whatever version, and not another kind of Parquet file."""
    try:
        with open_regular(path) as file:
            return METADATA_KEY in (pq.read_metadata(file).metadata or {})
    except (UnreadableSnapshot, pa.ArrowException, OSError, ValueError):
        return False


def _columns(name: str, hint: Any) -> Iterator[Column]:
    """What becomes of a field of `SeriesRow`, by its type."""
    if hint in {float, float | None}:
        yield pa.field(name, pa.float64()), _numbers
    elif hint == bool | None:
        yield pa.field(name, pa.bool_()), _truths
    elif hint == tuple[float, float] | None:
        for index, end in enumerate(("low", "high")):
            yield pa.field(f"{name}_{end}", pa.float64()), _of(itemgetter(index), _numbers)
    elif hint == Chart | None:
        for side in ("before", "after"):
            points = pa.list_(pa.field("item", pa.float64()))
            yield pa.field(f"{name}_{side}", points), _of(attrgetter(side), _lists)
        yield pa.field(f"{name}_interval", pa.float64()), _of(attrgetter("interval"), _numbers)
    else:
        yield pa.field(name, pa.string()), _texts


def _of(part: Callable[[Any], Any], make: Callable[[Sequence[Any]], pa.Array[Any]]) -> Any:
    """The column of a part of the values."""
    return lambda values: make([None if value is None else part(value) for value in values])


def _groups(rows: Sequence[SeriesRow]) -> Iterable[Sequence[SeriesRow]]:
    return (rows[start : start + GROUP_ROWS] for start in range(0, len(rows), GROUP_ROWS))


# The arrays are put together from buffers: `pa.array` would look for pandas, and import it.


def _texts(values: Sequence[str | None]) -> pa.Array[Any]:
    return blobs([None if value is None else _utf8(value) for value in values], pa.string())


def _numbers(values: Sequence[float | None]) -> pa.Array[Any]:
    there = np.fromiter((value is not None and isfinite(value) for value in values), bool, len(values))
    data = array("d", (value or 0.0 for value in values))
    return pa.Array.from_buffers(pa.float64(), len(values), [_bits(there), pa.py_buffer(data)])


def _truths(values: Sequence[bool | None]) -> pa.Array[Any]:
    there = np.fromiter((value is not None for value in values), bool, len(values))
    data = np.fromiter((value is True for value in values), bool, len(values))
    return pa.Array.from_buffers(pa.bool_(), len(values), [_bits(there), _bits(data)])


def _lists(values: Sequence[Sequence[float | None] | None]) -> pa.Array[Any]:
    there = np.fromiter((value is not None for value in values), bool, len(values))
    offsets = array("i", accumulate((len(value or ()) for value in values), initial=0))
    points = _numbers([point for value in values for point in value or ()])
    return pa.Array.from_buffers(
        pa.list_(pa.field("item", pa.float64())), len(values), [_bits(there), pa.py_buffer(offsets)], children=[points]
    )


def _bits(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little").tobytes())


def _utf8(text: str) -> bytes:
    # Half a surrogate pair cannot be UTF-8; escaped it is still readable.
    return text.encode("utf-8", "backslashreplace")
