"""Measure two snapshots of many processes: how large they are, how long finishing and `snapper diff` take.

The processes are those of the recorder's bench, a tenth of them awake. Every figure is of a whole
command, start-up included; the ratio is to an interpreter that imports what reading a Parquet file needs.

    python bench/diff.py [--processes 1000] [--ticks 60] [--interval 0.25] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from recorder import sleepers

SNAPPER = (sys.executable, "-m", "snapper")
READING = (sys.executable, "-c", "import numpy, pyarrow.parquet")


def main() -> None:
    """Print the figures, a line each."""
    arguments = parsed_arguments()
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.parquet", Path(folder) / "after.parquet"
        with sleepers(folder, argparse.Namespace(processes=arguments.processes, awake=0.1, threads=1)):
            for target in (before, after):
                capture(target, arguments)
        size = statistics.mean(path.stat().st_size for path in (before, after))
        seconds, floors = [], []
        for _ in range(arguments.rounds):
            floors.append(wall(*READING))
            seconds.append(wall(*SNAPPER, "diff", str(before), str(after), "-o", f"{folder}/report.html"))
        report = Path(folder, "report.html").stat().st_size
    print(f"{os.cpu_count()} CPUs; {arguments.processes} processes, {arguments.ticks} ticks a side")
    print(f"snapshot           {size / 1000:,.0f} kB, {size / arguments.ticks / 1000:.1f} kB a tick")
    print(f"report             {report / 1000:,.0f} kB")
    ratios = [second / floor for second, floor in zip(seconds, floors, strict=True)]
    print(
        f"snapper diff       {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}),",
        f"{statistics.median(ratios):.1f} x importing numpy and pyarrow",
    )


def capture(target: Path, arguments: argparse.Namespace) -> None:
    """Take one of the two snapshots."""
    duration = (arguments.ticks - 1) * arguments.interval
    window = ("-d", f"{duration}s", "-i", f"{arguments.interval}s", "-o", str(target))
    subprocess.run(
        (*SNAPPER, "capture", target.stem, *window), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wall(*command: str) -> float:
    """Seconds that a command takes, start to end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def parsed_arguments() -> argparse.Namespace:
    """The sizes of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--ticks", type=int, default=60)
    parser.add_argument("--interval", type=float, default=0.25, help="seconds; short, so that the bench is too")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
