"""What becomes of a recording: finishing it, and comparing two, as whole commands and beside reading the two files."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from footprint import SNAPPER
from running import Running, Used, floor_program, sleepers

INTERVAL = 0.25  # seconds; short, so that the bench is too
FINISH = (
    "from pathlib import Path; from snapper.archive.finish import finish; import sys; finish(*map(Path, sys.argv[1:]))"
)


def rows(processes: int, ticks: int, rounds: int, *, finished: bool = True) -> Iterator[str]:
    """Lines of the table; that of finishing, which takes a third recording, only if it is wanted."""
    yield f"| {processes:,} processes, {ticks} ticks a side | wall s | CPU s | MB at most | |"
    yield "|---|---:|---:|---:|---|"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, after = (folder / f"{side}.parquet" for side in ("before", "after"))
        with sleepers(floor_program(folder), processes):
            for target in (before, after):
                capture(target, ticks)
            spool = left_over(folder, ticks) if finished else None
        sizes = [path.stat().st_size for path in (before, after)]
        if spool:
            note = f"spool of {spool.stat().st_size / 1e6:.1f} MB"
            yield row("finishing (`nice -n 19`)", finishing(folder, spool, rounds), note)
        report = folder / "report.html"
        diff = (*SNAPPER, "diff", str(before), str(after), "-o", str(report))
        used = [Running(diff, folder / "said").wait() for _ in range(rounds)]
        yield row(
            "`snapper diff`, whole process",
            used,
            f"two of {statistics.mean(sizes) / 1e3:,.0f} kB; report {report.stat().st_size / 1e3:,.0f} kB",
        )
        reading, computing = inside(before, after, rounds)
        yield f"| its computation | | {computing:.2f} | | {computing / reading:.1f} × reading the two files |"
        yield f"| reading the two files | | {reading:.2f} | | |"


def row(name: str, used: list[Used], note: str) -> str:
    """A line of the table, of the medians."""
    if any(one.code for one in used):
        sys.exit(f"{name}: exit codes {[one.code for one in used]}")
    wall, cpu, rss = (statistics.median(getattr(one, field) for one in used) for field in ("wall", "cpu", "rss"))
    return f"| {name} | {wall:.2f} | {cpu:.2f} | {rss / 1e6:.0f} | {note} |"


def capture(target: Path, ticks: int) -> None:
    """Take one of the two snapshots."""
    window = ("-d", f"{(ticks - 1) * INTERVAL}s", "-i", f"{INTERVAL}s", "-q", "-o", str(target))
    subprocess.run((*SNAPPER, "capture", target.stem, *window), check=True, capture_output=True)


def left_over(folder: Path, ticks: int) -> Path:
    """The spool of a whole recording."""
    from snapper.collectors import chosen_collectors  # noqa: PLC0415 - for this alone
    from snapper.record.local import record  # noqa: PLC0415 - same
    from snapper.record.plan import plan_of  # noqa: PLC0415 - same

    reads = [(one.name, one.read) for one in chosen_collectors()]
    record(plan_of(reads, interval=INTERVAL, duration=(ticks - 1) * INTERVAL), folder / "spool")
    return folder / "spool"


def finishing(folder: Path, spool: Path, rounds: int) -> list[Used]:
    """From a copy of the spool to a file, as a process of its own that steps back behind all others."""
    used = []
    for number in range(rounds):
        copy = folder / f"copy{number}"
        copy.write_bytes(spool.read_bytes())
        command = ("nice", "-n", "19", sys.executable, "-c", FINISH, str(copy), str(folder / f"finished{number}"))
        used.append(Running(command, folder / "said").wait())
    return used


def inside(before: Path, after: Path, rounds: int) -> tuple[float, float]:
    """CPU seconds to read the two files, and to compare them, with everything imported; medians."""
    from snapper import diff, load  # noqa: PLC0415 - what is measured, and nothing else here needs it

    reading, computing = [], []
    for _ in range(rounds + 1):
        began = time.process_time()
        sides = load(before), load(after)
        read = time.process_time()
        diff(*sides)
        reading.append(read - began)
        computing.append(time.process_time() - read)
    return statistics.median(reading[1:]), statistics.median(computing[1:])


def is_roomy(gigabytes: float) -> bool:
    """Whether the machine has that much memory to spare."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") > gigabytes * 1e9
