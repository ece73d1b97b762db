"""The public functions: capture, load, diff, render. Each is one step of the way through the house."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapper import __version__
from snapper.errors import FINISH, CaptureFailed, Interrupted, UsageError
from snapper.record.assembled import assembled
from snapper.record.kept import Reads, kept_reads
from snapper.record.local import started
from snapper.uncollected import uncollected

if TYPE_CHECKING:
    from snapper.analyze.diff import Diff
    from snapper.analyze.snapshot import Snapshot
    from snapper.archive.manifest import Manifest
    from snapper.archive.profile import Profile

# What is heavy (pyarrow, numpy, jinja2, the collectors) is imported in the function that needs it: a
# capture starts without any of it, since its start-up is paid by the host that is observed.

MAX_TICKS = 100_000
"""A day at one tick a second fits; more is a typing error, and would be held in memory when finished."""

MAX_CPU = 0.1
"""Of one CPU. A tick costs some 10 to 50 ms for a thousand processes: what takes more than a tenth of a CPU at one tick
a second is a host with ten thousand, where a tick every few seconds says as much and disturbs less."""

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
    max_cpu: float | None = None,
    overwrite: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
    nice: bool = False,
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
            What else is read only when asked for has "yes": {"tools": "yes", "profile": "yes"}.
        root: "/" for this host, or a recorded tree that holds proc/, sys/ and cmd/.
        max_cpu: Share of one CPU that the ticks may take, 0 to 1; past it, ticks are left out, and the manifest's
            cost says so. 0 is no limit; None is `MAX_CPU` at intervals of a second and more, no limit below, for
            whoever wants those wants them at any price.
        overwrite: Replace `target` if it exists.
        progress: Called with what is being done, how many ticks are done, and of how many.
        nice: Let this process step back behind all others once everything is recorded, for good: for one that
            ends afterwards. Not SCHED_IDLE: on a host that is saturated it might never end.

    Returns:
        The file, and what it says of itself.

    Raises:
        UsageError: An argument makes no sense; UnknownSource among them.
        CaptureFailed: The recorder could not start, or recorded nothing.
        CannotWrite: The target cannot be written, or exists already.
        Interrupted: Ctrl-C before the first tick, or before the file was whole; then the recording is kept.
    """
    _refuse_nonsense(duration, interval, root, max_cpu)
    if max_cpu is None:
        max_cpu = MAX_CPU if interval >= 1 else 0.0
    identity = os.urandom(6).hex()
    meta = {"id": identity, "label": label, "tags": dict(tags or {}), "snapper": __version__}
    spool = None
    try:
        with started() as recorder:
            reads = _reads(only, skip, asked or {})
            plan = assembled(reads, interval=interval, duration=duration, root=root, max_cpu=max_cpu, meta=meta)
            target = _checked(target, overwrite=overwrite, label=label, identity=identity)
            spool = target.with_name(f".{target.name}.spool")
            recorder.record(plan, spool, progress=progress)
        if nice:
            os.nice(19)
        from snapper.archive.finish import finish  # noqa: PLC0415 - pyarrow, only after the last sample

        return target, finish(spool, target, overwrite=overwrite)
    except ImportError as error:
        if spool is None or not spool.exists():
            raise
        raise CaptureFailed(
            f"snapper itself was changed while it recorded ({error}); what was recorded is kept, "
            f"finish it with: {FINISH} '{spool}'"
        ) from error
    except KeyboardInterrupt:
        if spool is None or not spool.exists():
            raise
        raise Interrupted(f"interrupted; what was recorded is kept, finish it with: {FINISH} '{spool}'") from None


def _refuse_nonsense(duration: float, interval: float, root: str, max_cpu: float | None) -> None:
    """Raise UsageError where the numbers make no sense, or there is no such tree."""
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
    if max_cpu is not None and not 0 <= max_cpu <= 1:
        raise UsageError(f"the budget ({max_cpu:.0%} of a CPU) must be between 0 and 100 %")


def _checked(target: Path | None, *, overwrite: bool, label: str, identity: str) -> Path:
    """The target, or a name in the store, that can be written."""
    from snapper.archive.store import Store, check_target  # noqa: PLC0415 - while the recorder starts

    if target is None:
        return Store.usual().new_path(host=os.uname().nodename, label=label, identity=identity)
    check_target(target, overwrite=overwrite)
    return target


def _reads(only: Sequence[str], skip: Sequence[str], asked: Mapping[str, str]) -> Reads:
    """What to read, as the plan has it: what was kept of it where that is enough, else what the collectors say."""
    if not asked:
        kept = kept_reads(None, _default_reads)
        left = [read for read in kept if (not only or _fits(read, only)) and not _fits(read, skip)]
        if left and all(any(_fits(read, [pattern]) for read in kept) for pattern in (*only, *skip)):
            return left
    from snapper.collectors import chosen_collectors  # noqa: PLC0415 - dear; and has the words for what fits nothing
    from snapper.record.plan import plain_read  # noqa: PLC0415 - same

    return [plain_read(collector.name, collector.read) for collector in chosen_collectors(only, skip, asked)]


def _fits(read: Mapping[str, Any], patterns: Iterable[str]) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - most captures have no patterns

    return any(fnmatchcase(read["source"], pattern) for pattern in patterns)


def _default_reads() -> tuple[Reads, Iterable[str]]:
    """What all collectors read that need not be asked for, and the files of the plug-ins among them."""
    from snapper.collectors import chosen_collectors, plug_in_files  # noqa: PLC0415 - dear
    from snapper.record.plan import plain_read  # noqa: PLC0415 - same

    return [plain_read(collector.name, collector.read) for collector in chosen_collectors()], plug_in_files()


@uncollected()
def load(path: str | Path) -> Snapshot:
    """Open a snapshot file.

    Raises:
        UnreadableSnapshot: It is no snapshot, is cut off or damaged; NewerFormat among them.
    """
    from snapper.analyze.snapshot import Snapshot  # noqa: PLC0415 - numpy
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow

    return Snapshot(open_archive(Path(path)))


@uncollected()
def diff(
    before: Snapshot, after: Snapshot, *, baselines: Iterable[Snapshot] = (), profile: Profile | None = None
) -> Diff:
    """Compare two snapshots and judge what changed.

    Args:
        before: The side to compare with.
        after: The side that is judged.
        baselines: Further snapshots like `before`; from them the noise between captures is learnt. Of more than are
            of use, those nearest to `after` in load are taken.
        profile: What earlier captures of the host taught of its noise, as `snapper learn` writes it.

    Raises:
        NotComparable: The two have nothing in common, or too little to judge by.
    """
    from snapper.analyze.difference import diff_snapshots  # noqa: PLC0415 - numpy

    return diff_snapshots((before, *baselines), after, profile=profile)


@uncollected()
def render(diff: Diff, target: str | Path, *, format: str | None = None) -> Path:  # noqa: A002 - the option's name
    """Write the report of a comparison to a file.

    Args:
        diff: What `snapper.diff` gave.
        target: The file to write or replace.
        format: "html", "md", "json", "text" or "parquet"; without it, by the file's ending.

    Raises:
        UsageError: There is no such format, or the target is a snapshot.
        CannotWrite: The target cannot be written; what was there is as it was.
    """
    from snapper.report.write import write_report  # noqa: PLC0415 - jinja2

    return write_report(diff, Path(target), format=format)
