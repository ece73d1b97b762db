"""How the cost of recording grows: with processes, ticks, disks and CPUs, and with what exponent.

Processes and ticks are real; disks and CPUs are recorded trees that are made up here. An exponent of 1 is growth in
step, 0 none. It is of the cost beyond that of a recorder that reads one file once.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from footprint import RECORD
from running import Running, floor_program, sleepers
from snapper.collectors import chosen_collectors
from snapper.record.plan import Cadence, PerProcess, plan_of

Cost = Callable[[int], float]
FAST = 0.01  # seconds between ticks, where the files are recorded
IRQS = 64  # rows of /proc/interrupts, which has a column for each CPU


def rows(rounds: int, processes: tuple[int, ...]) -> Iterator[str]:
    """Lines of the table: what grows, the costs, the exponent."""
    yield "| what grows | CPU seconds of the recorder | exponent |"
    yield "|---|---|---:|"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = floor_program(folder)

        def of_processes(size: int) -> float:
            with sleepers(program, size):
                return recorded(folder, ticks=11, interval=1)

        def of_ticks(size: int) -> float:
            with sleepers(program, 100):
                return recorded(folder, ticks=size, interval=0.05)

        yield row("processes, 11 ticks", processes, of_processes, rounds=1)
        yield row("ticks, 100 processes", (1, 60, 600), of_ticks, rounds=1)
        for what, sizes, make in (("CPUs", (2, 32, 128, 512), with_cpus), ("disks", (1, 2, 4), with_disks)):
            yield row(f"{what}, 60 ticks of a recorded tree", sizes, of_tree(folder, make), rounds=rounds)


def of_tree(folder: Path, make: Callable[[Path, int], None]) -> Cost:
    """The cost of recording a tree of some size."""

    def cost(size: int) -> float:
        with tempfile.TemporaryDirectory(dir=folder) as tree:
            make(Path(tree), size)
            return recorded(folder, ticks=60, interval=FAST, root=tree)

    return cost


def row(what: str, sizes: tuple[int, ...], cost: Cost, *, rounds: int) -> str:
    """A line of the table, of the medians of the rounds."""
    costs = [statistics.median(cost(size) for _ in range(rounds)) for size in sizes]
    told = ", ".join(f"{size:,}: {found:.2f}" for size, found in zip(sizes, costs, strict=True))
    print(f"{what}: {told}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        start = statistics.median(recorded(Path(folder), ticks=1, interval=1, only="proc.loadavg") for _ in range(5))
    return f"| {what} | {told} | {exponent(sizes, [max(found - start, 1e-3) for found in costs]):.2f} |"


def exponent(sizes: tuple[int, ...], costs: list[float]) -> float:
    """The slope of the least-squares line through the logarithms."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs]).slope


def recorded(folder: Path, *, ticks: int, interval: float, root: str = "/", only: str = "") -> float:
    """CPU seconds of a recording; of a host only what is read at ticks, and once for each process."""
    cadences = {Cadence.TICK, Cadence.NEW} if root == "/" else set(Cadence)
    reads = [(one.name, one.read) for one in chosen_collectors() if one.read.cadence in cadences]
    if only:
        reads = [(name, read) for name, read in reads if name == only]
    if root != "/":
        reads = [(name, read) for name, read in reads if not isinstance(read, PerProcess)]
    plan = plan_of(reads, interval=interval, duration=interval * (ticks - 1), root=root)
    spool = folder / "spool"
    spool.unlink(missing_ok=True)
    used = Running(RECORD, spool, stdin=json.dumps(plan).encode()).wait()
    if used.code:
        sys.exit(f"the recorder ended with exit code {used.code}")
    return used.cpu


def with_cpus(tree: Path, cpus: int) -> None:
    """What there is a line or a column of for each CPU."""
    numbers = range(cpus)
    write(tree, "proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\n" + lines("cpu{} 91 0 57 1043 12 0 3 0 0 0", numbers))
    head = "     " + "".join(f"       CPU{number}" for number in numbers)
    counts = "".join(f" {number * 7919 % 100000:10}" for number in numbers)
    write(tree, "proc/interrupts", head + "\n" + lines("{}:" + counts + "  IR-PCI-MSI edge  nvme0q0", range(IRQS)))
    names = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
    write(tree, "proc/softirqs", head + "\n" + lines("{}:" + counts, names))
    write(tree, "proc/schedstat", "version 17\ntimestamp 42\n" + lines("cpu{} 0 0 0 0 0 0 91 57 1043", numbers))
    write(tree, "proc/net/softnet_stat", lines("0000a{:03x} 00000000 00000001" + " 00000000" * 12, numbers))
    for number in numbers:
        folder = f"sys/devices/system/cpu/cpu{number}"
        write(tree, f"{folder}/topology/core_id", f"{number // 2}\n")
        write(tree, f"{folder}/topology/thread_siblings_list", f"{number}\n")
        write(tree, f"{folder}/cpufreq/scaling_cur_freq", "2450000\n")
        for state in range(3):
            for name in ("name", "time", "usage"):
                write(tree, f"{folder}/cpuidle/state{state}/{name}", f"{number * 31 + state}\n")


def with_disks(tree: Path, disks: int) -> None:
    """What there is a line or a folder of for each disk."""
    letters = "abcdefgh"[:disks]
    write(tree, "proc/diskstats", lines("   8 0 sd{} 91 0 728 57 12 3 96 4 0 61 61 0 0 0 0 0 0", letters))
    for letter in letters:
        write(tree, f"sys/block/sd{letter}/size", "1953525168\n")
        for name in ("scheduler", "nr_requests", "read_ahead_kb", "rotational", "max_sectors_kb", "wbt_lat_usec"):
            write(tree, f"sys/block/sd{letter}/queue/{name}", "128\n")


def lines(form: str, values: range | tuple[str, ...] | str) -> str:
    """A line for each value."""
    return "".join(form.format(value) + "\n" for value in values)


def write(tree: Path, path: str, text: str) -> None:
    """A file of the tree."""
    target = tree / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
