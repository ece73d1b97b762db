"""Which class of noise a metric belongs to: by its unit, its role and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from snapper.analyze.noise import Capacity, Noise, NoiseTable
from snapper.metric import Kind, Metric, Resource, Role

CHEAP = frozenset({"faults", "pages", "switches", "interrupts"})
"""What a kernel does by the thousand."""
REFETCHED = "workingset_refault"
"""Pages that were dropped too early: each costs a read, and a kernel that reclaims ahead of time has some always."""
SINGLE = frozenset({"events", "errors", "interrupts"})
"""Units of failures that are told one by one."""
STANDING = frozenset({"count", "errors"})
"""Units of failures that were added up before the capture, or that last."""
TURNED_AWAY = frozenset({"connections", "sockets", "packets", "segments", "datagrams", "messages"})
"""What a saturated network or socket drops; faults and scanned pages are work, not losses."""


def noise_of(metric: Metric, table: NoiseTable, capacity: Capacity) -> Noise:
    """The class that a metric belongs to; a count of pages is bytes in another unit.

    Args:
        metric: Any numeric metric.
        table: The classes.
        capacity: Gives the page size, and how long the window was.

    Returns:
        Its noise, in the metric's compared unit.
    """
    found = _present(metric, table, capacity)
    if not metric.history:
        return found
    return replace(
        found,
        relative=max(found.relative, table.past_relative),
        floor_relative=max(found.floor_relative, table.past_floor),
    )


def _present(metric: Metric, table: NoiseTable, capacity: Capacity) -> Noise:
    """The class, but for what the metric may remember."""
    unit = metric.compared_unit
    program = metric.resource is Resource.PROGRAM or (
        metric.resource is Resource.CGROUP and metric.role is not Role.SATURATION
    )
    if unit == "pages":
        return _in_pages(_bytes(metric, table), capacity.page_size)
    if unit == "bytes":
        return _bytes(metric, table)
    if unit == "ratio":
        return _ratio(metric, table, program=program)
    if unit in {"bytes/s", "bits/second"}:
        return table.byte_rate
    if unit == "seconds":
        return table.latency
    if unit in (physical := _physical(table)):
        return physical[unit]
    if unit.endswith("/s"):
        return _in_window(table.incidents, capacity.window) if is_incident(metric) else _events(metric, table)
    if metric.role is Role.ERRORS and unit in STANDING:
        return table.error_levels
    if unit == "tasks" and (program or metric.role is Role.SATURATION):
        return table.queue
    return table.counts


def _ratio(metric: Metric, table: NoiseTable, *, program: bool) -> Noise:
    if "cpu" in metric.labels:
        return table.ratio_one_cpu
    # Who waits, waits for others: as noisy as the host, whoever it is.
    return table.ratio_program if program and metric.role is not Role.SATURATION else table.ratio_system


def _physical(table: NoiseTable) -> Mapping[str, Noise]:
    """Units of which each has a class of its own."""
    return {
        "hertz": table.frequency,
        "watts": table.power,
        "volts": table.voltage,
        "amperes": table.current,
        "instructions/cycle": table.per_cycle,
        "misses/instruction": table.per_instruction,
    }


def _events(metric: Metric, table: NoiseTable) -> Noise:
    if metric.role is Role.ERRORS:
        return table.errors
    if metric.unit.removesuffix("/s") in CHEAP and metric.role in {Role.WORKLOAD, Role.INTERNAL}:
        return table.kernel_events
    if REFETCHED in metric.name:
        return table.kernel_events
    turned_away = metric.role is Role.SATURATION and metric.unit in TURNED_AWAY
    return table.refusals if turned_away else table.operations


def _bytes(metric: Metric, table: NoiseTable) -> Noise:
    if metric.resource in {Resource.PROGRAM, Resource.CGROUP}:
        return table.bytes_program
    if metric.resource in {Resource.FILESYSTEM, Resource.DISK}:
        return table.bytes_stored
    return table.bytes_internal if metric.role is Role.INTERNAL else table.bytes_system


def is_incident(metric: Metric) -> bool:
    """Whether a single event counts: a failure of a part of the host, not one of the thousand of a network."""
    return (
        metric.role is Role.ERRORS
        and metric.kind is Kind.COUNTER
        and metric.unit in SINGLE
        and metric.resource not in {Resource.NETWORK, Resource.SOCKETS}
    )


def _in_window(noise: Noise, seconds: float) -> Noise:
    """A noise of counts as one of rates."""
    span = max(seconds, 1.0)
    return Noise(
        absolute=noise.absolute / span,
        relative=noise.relative,
        floor_absolute=noise.floor_absolute / span,
        floor_relative=noise.floor_relative,
        unit="errors/s",
        words=noise.words,
    )


def _in_pages(noise: Noise, page_size: int) -> Noise:
    return Noise(
        absolute=noise.absolute / page_size,
        relative=noise.relative,
        floor_absolute=noise.floor_absolute / page_size,
        floor_relative=noise.floor_relative,
        floor_memory=noise.floor_memory / page_size,
        unit="pages",
        words=noise.words,
    )
