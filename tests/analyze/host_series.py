"""Metrics of a host made up for a tape, and what of their series a test looks at."""

from __future__ import annotations

import math

import numpy as np

from snapper.analyze.table import SeriesTable
from snapper.metric import Kind
from tests.analyze.tape import host_source, metric

NAN = math.nan
JOBS = metric("t.jobs", Kind.COUNTER, unit="operations")
BUSY = metric("t.busy", Kind.COUNTER, unit="seconds")
LEVEL = metric("t.level")
MODE = metric("t.mode", Kind.FACT)
SOURCE = host_source(JOBS, BUSY, LEVEL, MODE)


def points(table: SeriesTable, name: str, instance: str = "") -> list[float]:
    return table.points[table.row[name, instance]].round(9).tolist()


def mean(table: SeriesTable, name: str, instance: str = "") -> float:
    return float(table.mean[table.row[name, instance]])


def seen(table: SeriesTable, name: str, instance: str = "") -> int:
    return int(table.seen[table.row[name, instance]])


def same(left: list[float], right: list[float]) -> bool:
    return np.array_equal(np.array(left), np.array(right), equal_nan=True)
