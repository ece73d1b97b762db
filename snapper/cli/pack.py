"""`snapper pack`: copies of snapshots that can be given to others, without the names of hosts, users and programs."""

from __future__ import annotations

import secrets
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from snapper.cli.arguments import StoreFolder, selected
from snapper.cli.console import err, out, plain_table, print_table
from snapper.errors import UnreadableSnapshot, UsageError

if TYPE_CHECKING:
    from snapper.archive.pack import Packed

KEY_MAKER = "openssl rand -hex 32"
EXAMPLES = "Example: snapper pack pre-deploy post-deploy --redact -o shared --key-file my.key"

SHORTEST_KEY = 16
"""Bytes: what could be guessed by trying is no key."""


def command(
    snapshots: Annotated[list[str], typer.Argument(help="Each a path, label, id prefix, latest, latest~1, or an age.")],
    output: Annotated[Path, typer.Option("-o", "--output", readable=False, help="The folder for the copies.")],
    redact: Annotated[
        bool, typer.Option("--redact", help="Pseudonyms for hosts, users, addresses, paths, programs, arguments.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option(readable=False, help="The key; the same one again gives the same pseudonyms.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    store: StoreFolder = None,
) -> None:
    """Write copies to share; two that are packed with one key compare as their originals do."""
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read
    from snapper.archive.pack import pack  # noqa: PLC0415 - same
    from snapper.archive.place import make_folder  # noqa: PLC0415 - same

    if not redact:
        raise UsageError("say --redact: a copy with all names in it is what `cp` makes")
    key = secrets.token_hex(32).encode() if key_file is None else _key(key_file)
    make_folder(output)
    for selector in snapshots:
        selection = selected(selector, store)
        if selection.said:
            err().print(selection.said)
        packed = pack(open_archive(selection.path), output, key=key, overwrite=force)
        out().print(f"{packed.manifest.id}  {packed.path}", soft_wrap=True)
        _audit(packed)
    if key_file is None:
        err().print(
            f"the key, told this once: {key.decode()}\nkeep it in a file (mode 0600) for --key-file, "
            "to pack more that compares with these; who has it can test guesses at the names"
        )


def _key(path: Path) -> bytes:
    from snapper.archive.files import open_regular  # noqa: PLC0415 - only here

    with open_regular(path, wanted=f"a file with a key in it, as {KEY_MAKER} prints one") as file:
        key = file.read(2**16).strip()
    if len(key) < SHORTEST_KEY:
        raise UnreadableSnapshot(
            f"{path}: holds {len(key)} bytes, a key has {SHORTEST_KEY} or more; make one with: {KEY_MAKER}"
        )
    return key


def _audit(packed: Packed) -> None:
    """What was replaced, by source and kind; what was left out."""
    kinds = sorted({kind for counts in packed.counts.values() for kind in counts})
    table = plain_table("REPLACED IN", *(kind.upper() for kind in kinds), "TOGETHER")
    for source, counts in [*sorted(packed.counts.items()), ("all", Counter(packed.manifest.redacted))]:
        table.add_row(source, *(str(counts[kind] or "") for kind in kinds), str(sum(counts.values())))
    print_table(table)
    left_out = [name for name, row in packed.manifest.coverage.items() if row.status == "skipped" and row.why]
    err().print(f"left out, for their text may name anything: {', '.join(left_out) or 'nothing'}")
    err().print(
        "left as they are: figures, dates, the kernel's and distribution's own names, devices, interfaces, packages, "
        "models and serial numbers of hardware, digits in names; look before you share"
    )
