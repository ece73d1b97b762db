"""What a series that a snapshot lacks means: nothing of the kind was there, or it is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from snapper.analyze.table import SeriesTable
from snapper.analyze.window import Bools, Ints
from snapper.metric import Kind, Metric, Resource, Role

ADDITIVE_UNITS = frozenset({"bytes", "threads", "tasks", "files", "sockets", "connections", "programs"})
"""Units of gauges that are sums over a program's processes: a program that is not there has 0 of them."""


def absent_is_zero(
    table: SeriesTable, rows: Ints, series: Sequence[tuple[Metric, str]], whose: Mapping[str, str]
) -> Bools:
    """Which of the series that the table lacks are 0 there, for what they count was not there.

    These are sums over the processes of a program that did not run, what a program that was read has
    several of (a mapping), and sockets of a kind of which there was none; and only where the table has
    others of the same metric: what could not be read, or was cut by the recorder's budget, is not
    known and never 0.
    """
    zero = np.zeros(len(rows), np.bool_)
    readable = {metric.name for metric in table.metrics}
    running = {program.instance for program in table.programs.values()} | set(table.programs)
    read = {
        (metric.name, whose[instance])
        for metric, instance, mean in zip(table.metrics, table.instances, table.mean.tolist(), strict=True)
        if metric.resource is Resource.PROGRAM and len(metric.labels) > 1 and instance in whose and math.isfinite(mean)
    }
    for row in np.flatnonzero(rows < 0).tolist():
        metric, instance = series[row]
        if metric.name in readable:
            program = whose.get(instance, instance)
            known = program not in running or (metric.name, program) in read
            zero[row] = (metric.resource is Resource.PROGRAM and is_additive(metric) and known) or _is_tally(metric)
    return zero


def is_new(tables: Sequence[SeriesTable], columns: Sequence[Ints], series: Sequence[tuple[Metric, str]]) -> Bools:
    """Which series none of the tables has, though one of them has others of the same metric."""
    readable = {metric.name for table in tables for metric in table.metrics}
    lacking = np.logical_and.reduce([column < 0 for column in columns])
    others = np.fromiter((metric.name in readable for metric, _ in series), np.bool_, len(series))
    came: Bools = lacking & others
    return came


def is_additive(metric: Metric) -> bool:
    """Whether a program's value is the sum over its processes, so that no process makes 0.

    It is for a rate, for a count of things, and for whatever shares are taken of.
    """
    return metric.kind is Kind.COUNTER or bool(metric.attributes) or metric.unit in ADDITIVE_UNITS


def _is_tally(metric: Metric) -> bool:
    """Whether a metric counts the sockets of each kind there is, so that a kind without any is not mentioned.

    So is a port that nobody has, which turns nobody away.
    """
    if not metric.labels or metric.resource is Resource.PROGRAM:
        return False
    counted = metric.unit in {"sockets", "connections"} and metric.kind is Kind.GAUGE
    turned_away = metric.resource is Resource.SOCKETS and metric.kind is Kind.COUNTER
    return (counted and metric.role is not Role.INTERNAL) or turned_away
