"""Which part of a damaged snapshot is damaged, in the words of whoever captured it: which reads, which column."""

from __future__ import annotations

import faulthandler
import os
import resource
from contextlib import suppress
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from snapper.archive.columns import codes_of, words_of
from snapper.archive.pages import Malformed, Page, pages_of

FOOTER: Final = "its footer, which says where the columns are,"
# AttributeError: where the kept schema is damaged, a column of words comes as plain text, which has no dictionary.
_ERRORS: Final = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, IndexError, AttributeError)


def damaged_part(file: BinaryIO, parquet: pq.ParquetFile) -> str:
    """Name the first part that is not as it was written; see `_first_part`.

    A child looks: on some footers Arrow does not raise but ends the process ("terminate called", seen with 26.0 on one
    flipped bit in 3,000 of a footer). Then it is the footer.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            faulthandler.disable()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.write(writing, _first_part(file, parquet).encode("utf-8", "backslashreplace")[:4096])
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as told:  # noqa: PTH123 - a descriptor
        said = told.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return said or FOOTER


def _first_part(file: BinaryIO, parquet: pq.ParquetFile) -> str:
    """Name the first part that is not as it was written, by the checksums of the pages.

    Args:
        file: The same as `parquet` reads.
        parquet: A file whose seal does not hold, and whose manifest does.

    Returns:
        "the `content` of proc.pid.stat 812 to proc.pid.stat 901"; the footer where every page is whole.
    """
    metadata = parquet.metadata
    before: Page | None = None
    try:
        for page in pages_of(file, metadata):
            if not page.is_whole(file):
                return _named(parquet, page.group, page.column, page.row, page.values)
            before = page
    except Malformed as error:
        return _named(parquet, error.group, error.column, error.row, 1)
    except _ERRORS:
        return FOOTER
    return FOOTER if before is not None else "its only page"


def _named(parquet: pq.ParquetFile, group: int, column: int, row: int, count: int) -> str:
    """The reads of some rows of a row group: from the first to the last."""
    name = parquet.metadata.schema.column(column).path
    with suppress(*_ERRORS):
        source, key = (_word(parquet, group, each) for each in ("source", "key"))
        last = max(row, min(row + count, len(source)) - 1)
        ends = [f"{source[at]} {key[at]}".rstrip() for at in (row, last)]
        return f"the `{name}` of {' to '.join(dict.fromkeys(ends))}"
    with suppress(*_ERRORS):  # the words themselves are what is damaged
        found = parquet.metadata.row_group(group).column(0).statistics
        if found is not None:
            return f"the `{name}` of {' to '.join(dict.fromkeys((str(found.min), str(found.max))))}"
    return f"the column `{name}`"


def _word(parquet: pq.ParquetFile, group: int, name: str) -> list[str]:
    """A dictionary column of one row group as text."""
    column = parquet.read_row_group(group, [name], use_threads=False).unify_dictionaries().column(0)
    words = words_of(column)
    return [words[code] for code in codes_of(column)]
