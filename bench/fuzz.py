"""Mutations of what was recorded against everything that reads it: parsers, snapshot, spool, manifest, pseudonyms.

    make fuzz                                   1,000,000 inputs, or ten minutes
    python bench/fuzz.py --count 5000 --seconds 20 --only cmd.ss --seed 7

A parser gives readings that it declares, none of them NaN, or a ValueError (of hundreds of digits, an
OverflowError); a reader gives what it reads or an UnreadableSnapshot. Anything else is a find, so is an input that
takes over a second, or more than a gigabyte. Finds are kept in a folder; what is found becomes a fixture or a test.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from mutate import mutated  # noqa: E402 - same
from snapper.archive.archive import open_archive  # noqa: E402
from snapper.archive.manifest import Manifest  # noqa: E402
from snapper.archive.parquet import write  # noqa: E402
from snapper.archive.read import Read  # noqa: E402
from snapper.archive.redact import Redaction  # noqa: E402
from snapper.archive.seal import seal  # noqa: E402
from snapper.archive.spool import read_spool  # noqa: E402
from snapper.collectors import Collector, Origin, all_collectors  # noqa: E402
from snapper.errors import UnreadableSnapshot  # noqa: E402
from tests.archive import spools  # noqa: E402
from tests.archive.hostile import footer_of, with_footer  # noqa: E402

PARSE = REPOSITORY / "fixtures" / "parse"
SLOW = 1.0
"""Seconds for one input."""
LARGE = 2**30
"""Bytes of resident memory for all inputs of a worker."""
FILES_SHARE = 0.02
"""Of all inputs: a snapshot is written to a disk and opened, which takes as long as twenty texts parsed."""


class Hangs(Exception):
    """An input took longer than SLOW."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads, and recorded inputs of it."""

    name: str
    seeds: tuple[bytes, ...]
    feed: Callable[[bytes], None]
    """Raises for a find only."""
    weight: float


@dataclass(slots=True)
class Found:
    """What a worker has seen."""

    inputs: Counter[str] = field(default_factory=Counter)
    finds: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    resident: int = 0
    """Bytes, the most."""


def parsers() -> Iterator[Target]:
    """Every collector that has recorded texts."""
    for name, collector in sorted(all_collectors().items()):
        paths = sorted((PARSE / name).glob("*.txt"))
        keys = {json.loads(path.with_suffix(".json").read_text("utf-8")).get("key", "") for path in paths}
        seeds = tuple(path.read_bytes() for path in paths)
        if seeds:
            mean = sum(map(len, seeds)) / len(seeds)
            yield Target(name, seeds, _parse(collector, sorted(keys)), 1 / (500 + mean))


def _parse(collector: Collector, keys: list[str]) -> Callable[[bytes], None]:
    declared = {metric.name for metric in collector.metrics}

    def feed(data: bytes) -> None:
        text = data.decode("utf-8", "backslashreplace")
        try:
            readings = list(collector.parse(text, Origin(key=keys[len(data) % len(keys)])))
        except (ValueError, OverflowError):
            return
        for reading in readings:
            if reading.metric not in declared:
                raise AssertionError(f"undeclared: {reading}")
            if reading.value != reading.value:
                raise AssertionError(f"no number: {reading}")

    return feed


def readers(folder: Path) -> list[Target]:
    """What reads files of ours, or text that goes into one."""
    path = folder / f"input-{os.getpid()}.parquet"
    write(spools.rows(spools.small()), spools.manifest(), path)
    snapshot = path.read_bytes()
    spool = spools.spool(spools.small())
    manifest = json.dumps(spools.manifest(pids=(1, 2), cost={"cpu": 1.5}).to_json()).encode()
    texts = tuple(data for target in parsers() for data in target.seeds[:1])
    return [
        Target("snapshot", (snapshot,), lambda data: _open(path, data, is_sealed=False), 1.0),
        Target("snapshot, sealed", (snapshot,), lambda data: _open(path, data, is_sealed=True), 1.0),
        Target(
            "footer, sealed",
            (footer_of(snapshot),),
            lambda data: _open(path, with_footer(snapshot, data), is_sealed=True),
            2.0,
        ),
        Target("spool", (spool,), lambda data: _spool(path, data), 1.0),
        Target("manifest", (manifest,), _manifest, 1.0),
        Target("pseudonyms", texts, _redact, 0.5),
    ]


def _open(path: Path, data: bytes, *, is_sealed: bool) -> None:
    path.write_bytes(data)
    if is_sealed:
        try:
            with path.open("r+b") as file:
                seal(file)
        except ValueError:
            return  # nowhere to put it: the other target has such files
    try:
        archive = open_archive(path)
        archive.pids()
        for source in archive.sources():
            archive.reads(source)
    except UnreadableSnapshot:
        return


def _spool(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        read_spool(path)
    except UnreadableSnapshot:
        return


def _manifest(data: bytes) -> None:
    try:
        Manifest.from_json(json.loads(data))
    except (UnreadableSnapshot, ValueError, RecursionError):
        return


def _redact(data: bytes) -> None:
    sources = ("proc.pid.cmdline", "proc.pid.stat", "proc.pid.status", "proc.pid.cgroup", "cmd.ss", "proc.mounts")
    read = Read(sources[len(data) % len(sources)], "41", 1, 1, "ok", data)
    redaction = Redaction(b"key of the fuzzer", host="web-7")
    redaction.learn([read])
    redaction.read(read)


def work(seed: int, count: int, seconds: float, only: str, folder: Path) -> Found:
    """Feed mutations until that many were fed or the time is over."""
    chance = random.Random(seed)  # noqa: S311 - to be made again, not to be secret
    texts, files = list(parsers()), readers(folder)
    if only:
        texts, files = ([target for target in some if only in target.name] for some in (texts, files))
    found = Found()
    signal.signal(signal.SIGALRM, _hangs)
    until = time.monotonic() + seconds
    for _ in range(count):
        among = files if files and (not texts or chance.random() < FILES_SHARE) else texts
        target = chance.choices(among, [each.weight for each in among])[0]
        data = mutated(chance, target.seeds)
        began = time.monotonic()
        if began > until:
            break
        _feed(target, data, found, folder)
        found.slowest = max(found.slowest, (time.monotonic() - began, target.name))
        found.inputs[target.name] += 1
    found.resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return found


def _feed(target: Target, data: bytes, found: Found, folder: Path) -> None:
    signal.setitimer(signal.ITIMER_REAL, SLOW)
    try:
        target.feed(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a find
        kept = folder / f"{target.name.replace(', ', '-')}-{len(found.finds)}-{os.getpid()}.bin"
        kept.write_bytes(data)
        found.finds.append(f"{target.name}: {type(error).__name__}: {str(error)[:200]}  ({kept})")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _hangs(_: int, __: FrameType | None) -> None:
    raise Hangs(f"takes over {SLOW:g} s")


def main() -> int:
    """Run, tell, and give 1 where something was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--only", default="", help="targets whose name holds this")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="snapper-fuzz-"))
    began = time.monotonic()
    with ProcessPoolExecutor(given.workers) as pool:
        share = -(-given.count // given.workers)
        futures = [
            pool.submit(work, given.seed + number, share, given.seconds, given.only, folder)
            for number in range(given.workers)
        ]
        try:
            done = [future.result() for future in futures]
        except BrokenProcessPool:
            print(f"a worker crashed; its last input is in {folder}")
            return 1
    inputs = sum((each.inputs for each in done), Counter[str]())
    finds = [find for each in done for find in each.finds]
    slowest, where = max(each.slowest for each in done)
    resident = max(each.resident for each in done)
    print(f"{inputs.total():,} inputs of {len(inputs)} targets in {time.monotonic() - began:.0f} s, seed {given.seed}")
    print(f"slowest {slowest:.3f} s ({where}); memory at most {resident / 2**20:.0f} MiB a worker")
    print(f"{len(finds)} finds" + "".join(f"\n  {find}" for find in finds[:40]))
    return int(bool(finds) or resident > LARGE)


if __name__ == "__main__":
    sys.exit(main())
