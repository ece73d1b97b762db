"""Processes made up for a tape, and what of their program's series a test looks at."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from snapper.analyze.table import SeriesTable
from snapper.metric import Kind
from tests.analyze.tape import Tape, of_program, process_source, stat

NAN = math.nan
WORK = of_program("p.work", Kind.COUNTER, unit="operations")
SIZE = of_program("p.size", unit="bytes")
MODE = of_program("p.mode", Kind.FACT)
SOURCE = process_source(WORK, SIZE, MODE)
STAT = "proc.pid.stat"


def points(table: SeriesTable, name: str, instance: str = "nginx") -> list[float]:
    return table.points[table.row[name, instance]].round(9).tolist()


def mean(table: SeriesTable, name: str, instance: str = "nginx") -> float:
    return float(table.mean[table.row[name, instance]])


def same(left: list[float], right: list[float]) -> bool:
    return np.allclose(left, right, atol=1e-9, equal_nan=True)


def host(ticks: int, **processes: Iterable[int]) -> Tape:
    """A tape on which pid 7 (`p7`) is alive at some ticks, and so on; all are nginx and were seen at their first."""
    alive = {int(name[1:]): list(when) for name, when in processes.items()}
    tape = Tape(range(ticks), [[pid for pid, when in alive.items() if tick in when] for tick in range(ticks)])
    for pid, when in alive.items():
        tape.add(STAT, when[0], stat(pid), key=str(pid))
    return tape


def worked(tape: Tape, pid: int, *counts: tuple[float, float | str]) -> Tape:
    for t, count in counts:
        if isinstance(count, str):
            tape.add("test.pid", t, key=str(pid), status=count)
        else:
            tape.add("test.pid", t, f"p.work {count}\np.size {count}", key=str(pid))
    return tape
