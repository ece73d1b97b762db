"""Measure what the recorder costs beside a bare C loop that reads the same files.

Both run at the same time, over the same processes, so that a noisy machine is noisy to both:
look at the ratios. Per tick means the ticks after the first, which has everything to write.

    python bench/recorder.py [--processes 1000] [--awake 0.1] [--threads 1] [--ticks 11] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from snapper.collectors import all_collectors
from snapper.record.plan import Cadence, File, PerProcess, Read, plan_of

HERE = Path(__file__).resolve().parent
RECORDER = HERE.parent / "snapper" / "record" / "recorder.py"
# Without CAP_NET_ADMIN the recorder has no taskstats and reads every process at every tick.
PLAIN = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one run: CPU seconds up to the first tick's end, and per tick after it."""

    first: float
    tick: float
    end: dict[str, Any]


def main() -> None:
    """Print the ratios and what they are ratios of."""
    arguments = parsed_arguments()
    reads = [(name, collector.read) for name, collector in all_collectors().items() if is_compared(collector.read)]
    with tempfile.TemporaryDirectory() as folder, sleepers(folder, arguments):
        rounds = [one_round(Path(folder), reads, arguments.ticks) for _ in range(arguments.rounds)]
    print(f"{platform.node()}: {os.cpu_count()} CPUs ({cpu_model()}), Linux {platform.release()}", end=", ")
    print(
        f"Python {platform.python_version()}; {arguments.processes} processes of {arguments.threads} threads,",
        f"{arguments.awake:.0%} awake at 5 Hz;",
    )
    print(f"{len(reads)} sources, {arguments.ticks} ticks of 1 s, median of {arguments.rounds} rounds\n")
    print(
        f"{'':28}{'CPU/tick':>10}{'x C':>7}{'lowest':>8}{'highest':>9}{'first tick':>12}{'RSS':>10}{'bytes/tick':>12}"
    )
    for name in rounds[0]:
        print(row(name, [costs[name] for costs in rounds], [costs["C loop"] for costs in rounds], arguments.ticks))


def row(name: str, costs: list[Cost], floors: list[Cost], ticks: int) -> str:
    """A line of the table."""
    ratios = [cost.tick / floor.tick for cost, floor in zip(costs, floors, strict=True)]
    median = statistics.median
    line = f"{name:28}{median(cost.tick for cost in costs) * 1e3:>7.1f} ms{median(ratios):>7.2f}"
    line += f"{min(ratios):>8.2f}{max(ratios):>9.2f}{median(cost.first for cost in costs) * 1e3:>9.0f} ms"
    if not costs[0].end:
        return line
    rss = median(cost.end["cost"]["rss"] for cost in costs)
    size = median(cost.end["cost"]["bytes"] for cost in costs)
    return line + f"{rss / 2**20:>7.1f} MB{size / ticks / 1000:>9.1f} kB"


def one_round(folder: Path, reads: list[tuple[str, Read]], ticks: int) -> dict[str, Cost]:
    """Run all at once, their ticks a third of a second apart."""
    plan = json.dumps(plan_of(reads, interval=1, duration=ticks - 1)).encode()
    host = [f"/{read.path}" for _, read in reads if isinstance(read, File)]
    process = [read.file for _, read in reads if isinstance(read, PerProcess) and read.cadence is Cadence.TICK]
    recorder = (sys.executable, "-I", "-S", str(RECORDER), "--spool")
    spools = folder / "gated", folder / "plain"
    commands = {
        "C loop": (str(folder / "readloop"), "read", str(ticks), "1000", *host, "--", *process),
        "recorder": (*recorder, str(spools[0])),
        "recorder without taskstats": (*PLAIN, *recorder, str(spools[1])),
    }
    running = {}
    for name, command in commands.items():
        running[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        pipe(running[name].stdin).write(plan)
        pipe(running[name].stdin).close()
        time.sleep(1 / 3)
    used = cpu_after_ticks(running, ticks)
    ends: dict[str, dict[str, Any]] = {name: {} for name in commands}
    for name, spool in zip(list(commands)[1:], spools, strict=True):
        ends[name] = last_frame(spool)
        spool.unlink()
    return {
        name: Cost(first=used[name][0], tick=(used[name][-1] - used[name][0]) / (ticks - 1), end=ends[name])
        for name in commands
    }


def cpu_after_ticks(running: dict[str, subprocess.Popen[bytes]], ticks: int) -> dict[str, list[float]]:
    """CPU seconds that each had used when it said that a tick was done."""
    used: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(ticks):
        for name, process in running.items():
            for line in pipe(process.stdout):
                if line.startswith(b"tick"):
                    break
            used[name].append(cpu_seconds(process.pid))
    for process in running.values():
        pipe(process.stdout).read()
        process.wait()
    return used


def cpu_seconds(pid: int) -> float:
    """To the nanosecond, unlike utime; of the main thread, and these have but one."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def last_frame(spool: Path) -> dict[str, Any]:
    """The JSON at the end of a spool."""
    data = spool.read_bytes()
    at = 8
    payload = b""
    while at < len(data):
        _, length, _ = struct.unpack_from("<cII", data, at)
        payload = data[at + 9 : at + 9 + length]
        at += 9 + length
    end: dict[str, Any] = json.loads(payload)
    return end


def is_compared(read: Read) -> bool:
    """Whether it is read at ticks: those files the C loop reads too. What is read once per process comes on top."""
    if isinstance(read, PerProcess):
        return read.cadence in {Cadence.TICK, Cadence.NEW}
    return isinstance(read, File) and read.cadence is Cadence.TICK


@contextmanager
def sleepers(folder: str, arguments: argparse.Namespace) -> Iterator[None]:
    """That many processes, some of which wake up, for as long as the context lasts."""
    program = f"{folder}/readloop"
    subprocess.run(("cc", "-O2", "-pthread", "-o", program, str(HERE / "readloop.c")), check=True)
    awake = round(arguments.processes * arguments.awake)
    command = (program, "sleep", str(arguments.processes), str(awake), str(arguments.threads))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        pipe(process.stdout).readline()
        yield
        pipe(process.stdin).close()


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream that was asked for as a pipe."""
    assert stream is not None  # noqa: S101 - for the type checker: PIPE was passed
    return stream


def cpu_model() -> str:
    """As /proc/cpuinfo names it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def parsed_arguments() -> argparse.Namespace:
    """The sizes of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--awake", type=float, default=0.1, help="share of them that wakes up five times a second")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--ticks", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
