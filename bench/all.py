"""Measure all that the recorder and what follows it cost, print it, and leave it in bench/RESULTS.md.

    python bench/all.py [--processes 1000] [--ticks 31] [--rounds 3] [--quick]

As root it installs the peers that Debian has. `--quick` leaves out the large sizes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import diff
import footprint
import growth
import sockets
from running import as_installed, machine

RESULTS = Path(__file__).with_name("RESULTS.md")
LARGE = 5000
MEMORY = 6.0  # GB that ten thousand processes and two large snapshots want
NOTE = """\
Ratios are of CPU time, start-up and children included, to that of the C loop in the same run; each is the median of
the rounds. Half of the processes' cost is the kernel's, so milliseconds are of this machine, ratios travel. The
processes have 16 descriptors each, and a tenth of them wakes five times a second."""


def main() -> None:
    """Print the tables as they come, into the file too: what was measured before an interruption is kept."""
    arguments = parsed_arguments()  # before the last run's results are given up
    as_installed()
    with RESULTS.open("w", encoding="utf-8") as results:
        for line in report(arguments):
            print(line, flush=True)
            print(line, file=results, flush=True)


def report(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of the results."""
    is_large = not arguments.quick and diff.is_roomy(MEMORY)
    yield "# What it costs\n"
    yield f"`make bench`, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: {machine()}.\n"
    yield NOTE
    ticks, rounds = arguments.ticks, arguments.rounds
    yield f"\n## {arguments.processes:,} processes, {ticks} ticks of a second, {rounds} rounds\n"
    yield from footprint.table(arguments.processes, ticks, rounds, peers=True)
    yield "\n" + footprint.first_sample(max(5, rounds))
    if is_large:
        yield f"\n## {LARGE:,} processes, {ticks} ticks, one round\n"
        yield from footprint.table(LARGE, ticks, 1, peers=False)
    yield "\n## 100,000 sockets\n"
    yield from sockets.rows()
    yield "\n## Finishing and comparing\n"
    yield from diff.rows(arguments.processes, ticks, rounds)
    yield "\n## Growth\n"
    yield from growth.rows(rounds, (100, 1000, LARGE, 10_000) if is_large else (100, 1000))
    if is_large:
        yield "\n## Two long recordings of many processes\n"
        yield from diff.rows(LARGE, 600, 1, finished=False)


def parsed_arguments() -> argparse.Namespace:
    """The sizes of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--ticks", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes or gigabytes")
    return parser.parse_args(sys.argv[1:])


if __name__ == "__main__":
    main()
