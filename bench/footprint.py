"""What a whole capture costs, beside a bare C loop that reads the same files, and beside the peers.

All run at the same time, over the same processes, so that a noisy machine is noisy to all: look at the ratios. A ratio
is of the CPU time of the whole run, start-up and children included, to that of the C loop; of what reads all the files
that a capture reads, those of the window's edges too, it is to a C loop that does so as well.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from peers import commands, missing
from running import HERE, Running, Used, floor_program, sleepers
from snapper.collectors import chosen_collectors
from snapper.record.local import recorder_command
from snapper.record.plan import Cadence, Command, File, Files, PerProcess, Read, plan_of

# Without CAP_NET_ADMIN the recorder has no taskstats and reads the schedstat of every process at every tick.
PLAIN = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin")
RECORD = (*recorder_command(), "--spool", "{out}")
ALL = "recorder, all files"
"""Begins the name of what is measured against the C loop over all files."""
SNAPPER = (sys.executable, "-m", "snapper")
CAPTURE = "`snapper capture`, finishing included, gated"
HALF = "the same for half of the ticks"
FLOOR = "C loop over the files of the ticks"
WHOLE = "C loop over all files, the edges' too"
LETTERS = {Cadence.TICK: "t", Cadence.EDGES: "e", Cadence.ONCE: "o", Cadence.NEW: "o"}
"""How readloop.c is told when to read; what is read of each new process, it reads at the first tick."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, each figure the median of the rounds."""

    name: str
    ratio: float
    low: float
    high: float
    cpu: float
    """Milliseconds a tick."""
    rss: float
    """MB."""
    size: float
    """kB a tick."""

    def __str__(self) -> str:
        spread = f"{self.low:.2f} to {self.high:.2f}"
        return f"| {self.name} | {self.ratio:.2f} | {spread} | {self.cpu:.1f} | {self.rss:.1f} | {self.size:.1f} |"


HEAD = "| | × C loop | lowest to highest | CPU ms a tick | RSS MB | kB a tick |\n|---|---:|---:|---:|---:|---:|"


def table(processes: int, ticks: int, rounds: int, *, peers: bool) -> list[str]:
    """The lines of the table for so many processes, and a line on each peer that is not there."""
    lacking = missing() if peers else []
    others = {name: words for name, words in commands(ticks).items() if peers and name not in lacking}
    with tempfile.TemporaryDirectory() as folder:
        program = floor_program(Path(folder))
        with sleepers(program, processes):
            found = [one_round(Path(folder), program, ticks, others) for _ in range(rounds)]
    rows = [str(row_of(name, found, ticks)) for name in found[0] if name != HALF]
    lines = [HEAD, *rows, *(f"| {name} | not installed here: skipped | | | | |" for name in lacking)]
    return [*lines, "", further_ticks(found, ticks)]


def further_ticks(rounds: list[dict[str, Used]], ticks: int) -> str:
    """What a snapshot grows by for each tick more, without what is read once however long it is."""
    longer = ticks - (ticks // 2 + 1)
    grown = statistics.median(found[CAPTURE].bytes - found[HALF].bytes for found in rounds) / longer / 1e3
    return f"Of a snapshot's bytes, each tick more than {ticks // 2 + 1} takes {grown:.1f} kB; the rest is read once."


def row_of(name: str, rounds: list[dict[str, Used]], ticks: int) -> Row:
    """The medians of one program."""
    base = WHOLE if name.startswith(ALL) else FLOOR
    ratios = [found[name].cpu / found[base].cpu for found in rounds]
    middle = statistics.median
    return Row(
        name=name,
        ratio=middle(ratios),
        low=min(ratios),
        high=max(ratios),
        cpu=middle(found[name].cpu for found in rounds) * 1e3 / ticks,
        rss=middle(found[name].rss for found in rounds) / 1e6,
        size=middle(found[name].bytes for found in rounds) / ticks / 1e3,
    )


def one_round(folder: Path, program: str, ticks: int, peers: dict[str, tuple[str, ...]]) -> dict[str, Used]:
    """Run all at once, their ticks spread over the second."""
    every = [(collector.name, collector.read) for collector in chosen_collectors()]
    same = [(name, read) for name, read in every if is_in_the_floor(read)]
    files = [(name, read) for name, read in every if not isinstance(read, Command)]
    capture, half = (
        (*SNAPPER, "capture", "bench", "-d", f"{seconds}s", "--max-cpu", "100%", "-q", "-o", "{out}")
        for seconds in (ticks - 1, ticks // 2)
    )
    plans = {name: planned(reads, ticks) for name, reads in (("same", same), ("files", files), ("all", every))}
    runs: dict[str, tuple[tuple[str, ...], bytes]] = {
        FLOOR: (floor(program, same, ticks), b""),
        "recorder, the files of the ticks, gated": (RECORD, plans["same"]),
        "recorder, the files of the ticks, without privileges": ((*PLAIN, *RECORD), plans["same"]),
        WHOLE: (floor(program, files, ticks), b""),
        f"{ALL}, gated": (RECORD, plans["files"]),
        f"{ALL}, without privileges": ((*PLAIN, *RECORD), plans["files"]),
        f"{ALL} and tools, gated": (RECORD, plans["all"]),
        f"{ALL} and tools, without privileges": ((*PLAIN, *RECORD), plans["all"]),
        CAPTURE: (capture, b""),
        HALF: (half, b""),
        **{f"{name}": (words, b"") for name, words in peers.items()},
    }
    running = {}
    for number, (name, (words, plan)) in enumerate(runs.items()):
        output = folder / f"out{number}.parquet"
        for old in folder.glob(f"{output.name}*"):
            old.unlink()
        running[name] = Running(words, output, stdin=plan)
        time.sleep(0.9 / len(runs))
    return {name: one.wait() for name, one in running.items()}


def planned(reads: Iterable[tuple[str, Read]], ticks: int) -> bytes:
    """The recorder's plan for a tick a second."""
    return json.dumps(plan_of(reads, interval=1, duration=ticks - 1)).encode()


def floor(program: str, reads: Iterable[tuple[str, Read]], ticks: int) -> tuple[str, ...]:
    """The C loop over the files of these reads; what only the largest processes are asked for, it leaves out."""
    host = [f"{LETTERS[read.cadence]}:{path}" for _, read in reads for path in paths_of(read)]
    process = [
        f"{LETTERS[read.cadence]}:{read.file}" for _, read in reads if isinstance(read, PerProcess) and not read.largest
    ]
    return (program, "read", str(ticks), "1000", *host, "--", *process)


def paths_of(read: Read) -> list[str]:
    """The host's files that a read comes to."""
    if isinstance(read, File):
        return [f"/{read.path}"]
    if not isinstance(read, Files):
        return []
    found = (path for pattern in read.patterns for path in Path("/").glob(pattern))
    return [str(path) for path in islice(found, read.max_files) if path.is_file()]


def is_in_the_floor(read: Read) -> bool:
    """Whether it is read at ticks, or of each process as it turns up."""
    if isinstance(read, PerProcess):
        return read.cadence in {Cadence.TICK, Cadence.NEW}
    return isinstance(read, File) and read.cadence is Cadence.TICK


def first_sample(rounds: int) -> str:
    """How long after the command starts the recorder has sampled the host, against an interpreter that does nothing."""
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow, for this row alone

    firsts, ticks, floors = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "first.parquet"
        for number in range(rounds + 1):
            began = time.perf_counter()
            subprocess.run((sys.executable, "-c", "pass"), check=True)
            floors.append(time.perf_counter() - began)
            start = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            window = ("-d", "100ms", "-i", "100ms", "-q", "--force", "-o", str(target))
            subprocess.run((*SNAPPER, "capture", *window), check=True, capture_output=True, cwd=HERE)
            archive = open_archive(target)
            firsts.append((archive.reads("proc.stat")[0].t - start) / 1e9)
            ticks.append((archive.ticks()[0] - start) / 1e9)
            if not number:  # it makes what the others find: the plan that is kept, and the files in memory
                firsts, ticks, floors = [], [], []
    sampled = statistics.median(first / floor for first, floor in zip(firsts, floors, strict=True))
    ticked = statistics.median(tick / floor for tick, floor in zip(ticks, floors, strict=True))
    return (
        f"First sample of the host {statistics.median(firsts) * 1e3:.0f} ms after the command starts: {sampled:.1f} × "
        f"`python -c pass`; the first tick, after the tools, {ticked:.0f} ×."
    )
