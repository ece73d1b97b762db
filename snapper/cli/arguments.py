"""What commands share in reading their arguments: the store and selectors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from snapper.archive.select import Selection
    from snapper.archive.store import Store

StoreFolder = Annotated[
    Path | None,
    # What may not be read is said by whoever tries, as it is of all other files.
    typer.Option("--store", readable=False, help="The folder to look in, instead of the usual one."),
]


def store_of(folder: Path | None) -> Store:
    """The folder given with --store, which has to be there, or the usual one, which need not.

    Raises:
        UnreadableSnapshot: It was named, and is not there.
    """
    from snapper.archive.store import Store  # noqa: PLC0415 - only the commands that look into one

    return Store.usual() if folder is None else Store.named(folder)


def selected(selector: str, store: Path | None) -> Selection:
    """The snapshot that a selector names: a path, a label, an id prefix, latest~1, an age."""
    from snapper.archive.select import select  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read

    return select(selector, store_of(store), now=time.time())
