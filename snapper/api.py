"""The public functions: capture, load, diff, render. Each is one step of the way through the house."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from snapper import __version__
from snapper.collectors import chosen_collectors
from snapper.errors import FINISH, Interrupted, UsageError
from snapper.record.local import record
from snapper.record.plan import plan_of

if TYPE_CHECKING:
    from snapper.analyze.diff import Diff
    from snapper.analyze.snapshot import Snapshot
    from snapper.archive.manifest import Manifest

# What is heavy (pyarrow, numpy, jinja2) is imported in the function that needs it: a capture
# starts without any of it, since its start-up is paid by the host that is observed.

MAX_TICKS = 100_000
"""A day at one tick a second fits; more is a typing error, and would be held in memory when finished."""


TREE = ("proc", "sys", "cmd")
"""Folders of a recorded tree, of which it has at least one."""


def capture(  # noqa: PLR0913 - each is a choice of the user's, keyword-only
    label: str = "",
    *,
    duration: float = 30.0,
    interval: float = 1.0,
    target: Path | None = None,
    tags: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    asked: Mapping[str, str] | None = None,
    root: str = "/",
    overwrite: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Path, Manifest]:
    """Record this host for a while and leave one snapshot file.

    Args:
        label: What to call it: "pre-deploy".
        duration: Seconds from the first tick to the last, > 0.
        interval: Seconds between ticks, > 0 and at most `duration`.
        target: Where the file goes; without it, into the store under a name of its own.
        tags: Facts of the user's own to keep with it: {"git": "4f2a91c"}.
        only: Sources, or patterns of them ("proc.net.*"), to which the capture is restricted.
        skip: Sources, or patterns of them, to leave out.
        asked: Hosts to ask along the way, by option: {"ping": "db-1", "trace": "db-1"}. Nothing is sent without it.
        root: "/" for this host, or a recorded tree that holds proc/, sys/ and cmd/.
        overwrite: Replace `target` if it exists.
        progress: Called with what is being done, how many ticks are done, and of how many.

    Returns:
        The file, and what it says of itself.

    Raises:
        UsageError: An argument makes no sense; UnknownSource among them.
        CaptureFailed: The recorder could not start, or recorded nothing.
        CannotWrite: The target cannot be written, or exists already.
        Interrupted: Ctrl-C before the first tick, or before the file was whole; then the recording is kept.
    """
    if not 0 < interval <= duration:
        raise UsageError(
            f"the interval ({interval:g} s) must be above zero and no longer than the duration ({duration:g} s)"
        )
    if duration / interval > MAX_TICKS:
        raise UsageError(f"{duration:g} s every {interval:g} s is over {MAX_TICKS:,} ticks; choose a longer interval")
    if root != "/" and not any((Path(root) / folder).is_dir() for folder in TREE):
        raise UsageError(
            f"{root}: no recorded tree, for it has none of the folders {', '.join(TREE)}; name one that has"
        )
    collectors = chosen_collectors(only, skip, asked)
    identity = secrets.token_hex(6)
    meta = {"id": identity, "label": label, "tags": dict(tags or {}), "snapper": __version__}
    plan = plan_of(
        ((collector.name, collector.read) for collector in collectors),
        interval=interval,
        duration=duration,
        root=root,
        meta=meta,
    )
    from snapper.archive.store import Store, check_target  # noqa: PLC0415 - light, but not before the arguments are right

    if target is None:
        target = Store.usual().new_path(host=socket.gethostname(), label=label, identity=identity)
    else:
        check_target(target, overwrite=overwrite)
    spool = target.with_name(f".{target.name}.spool")
    try:
        record(plan, spool, progress=progress)
        from snapper.archive.finish import finish  # noqa: PLC0415 - pyarrow, only after the last sample

        return target, finish(spool, target, overwrite=overwrite)
    except KeyboardInterrupt:
        if not spool.exists():
            raise
        raise Interrupted(f"interrupted; what was recorded is kept, finish it with: {FINISH} '{spool}'") from None


def load(path: str | Path) -> Snapshot:
    """Open a snapshot file.

    Raises:
        UnreadableSnapshot: It is no snapshot, is cut off or damaged; NewerFormat among them.
    """
    from snapper.analyze.snapshot import Snapshot  # noqa: PLC0415 - numpy
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow

    return Snapshot(open_archive(Path(path)))


def diff(before: Snapshot, after: Snapshot, *, baselines: Iterable[Snapshot] = ()) -> Diff:
    """Compare two snapshots and judge what changed.

    Args:
        before: The side to compare with.
        after: The side that is judged.
        baselines: Further snapshots like `before`; from them the noise between captures is learnt.

    Raises:
        NotComparable: The two have nothing in common, or too little to judge by.
    """
    from snapper.analyze.difference import diff_snapshots  # noqa: PLC0415 - numpy

    return diff_snapshots((before, *baselines), after)


def render(diff: Diff, target: str | Path, *, format: str | None = None) -> Path:  # noqa: A002 - the option's name
    """Write the report of a comparison to a file.

    Args:
        diff: What `snapper.diff` gave.
        target: The file to write or replace.
        format: "html", "md", "json" or "text"; without it, by the file's ending.

    Raises:
        UsageError: There is no such format.
        CannotWrite: The target cannot be written; what was there is as it was.
    """
    from snapper.report.write import write_report  # noqa: PLC0415 - jinja2

    return write_report(diff, Path(target), format=format)
