"""Which noise a metric is judged by, from its declaration alone."""

from __future__ import annotations

from typing import Any

import pytest

from snapper.analyze.noise import NoiseTable
from snapper.analyze.noise_class import noise_of
from snapper.metric import Kind, Resource, Role
from tests.analyze.lab import CAPACITY, metric

TABLE = NoiseTable()
PROGRAM = Resource.PROGRAM

CLASSES: list[tuple[dict[str, Any], str]] = [
    ({"unit": "ratio"}, "ratio_system"),
    ({"unit": "seconds", "kind": Kind.COUNTER}, "ratio_system"),
    ({"unit": "ratio", "resource": PROGRAM}, "ratio_program"),
    ({"unit": "bytes"}, "bytes_system"),
    ({"unit": "bytes", "role": Role.INTERNAL}, "bytes_internal"),
    ({"unit": "bytes", "resource": PROGRAM, "role": Role.INTERNAL}, "bytes_program"),
    ({"unit": "bytes", "resource": Resource.FILESYSTEM}, "bytes_stored"),
    ({"unit": "bytes", "kind": Kind.COUNTER}, "byte_rate"),
    ({"unit": "bytes/s"}, "byte_rate"),
    ({"unit": "operations", "kind": Kind.COUNTER}, "operations"),
    ({"unit": "operations/s"}, "operations"),
    ({"unit": "switches", "kind": Kind.COUNTER, "role": Role.WORKLOAD}, "kernel_events"),
    ({"unit": "faults", "kind": Kind.COUNTER, "role": Role.INTERNAL}, "kernel_events"),
    ({"unit": "faults", "kind": Kind.COUNTER, "role": Role.SATURATION}, "operations"),
    ({"unit": "packets", "kind": Kind.COUNTER, "role": Role.SATURATION}, "refusals"),
    ({"unit": "packets", "kind": Kind.COUNTER, "role": Role.ERRORS}, "errors"),
    ({"unit": "seconds"}, "latency"),
    ({"unit": "hertz"}, "frequency"),
    ({"unit": "watts"}, "power"),
    ({"unit": "joules", "kind": Kind.COUNTER}, "power"),
    ({"unit": "volts"}, "voltage"),
    ({"unit": "amperes"}, "current"),
    ({"unit": "tasks", "role": Role.SATURATION}, "queue"),
    ({"unit": "tasks", "resource": PROGRAM, "role": Role.WORKLOAD}, "queue"),
    ({"unit": "threads"}, "counts"),
    ({"unit": "sockets"}, "counts"),
]


@pytest.mark.parametrize(
    ("told", "name"), CLASSES, ids=[f"{name}-{number}" for number, (_, name) in enumerate(CLASSES)]
)
def test_a_metric_has_the_noise_of_its_class(told: dict[str, Any], name: str) -> None:
    assert noise_of(metric(**told), TABLE, CAPACITY) == getattr(TABLE, name)


def test_pages_are_bytes_in_another_unit() -> None:
    pages, bytes_ = (noise_of(metric(unit=unit), TABLE, CAPACITY) for unit in ("pages", "bytes"))

    assert pages.absolute * CAPACITY.page_size == bytes_.absolute
    assert pages.floor_memory * CAPACITY.page_size == bytes_.floor_memory
    assert pages.relative == bytes_.relative


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"unit": "errors", "role": Role.ERRORS}, "error_levels"),
        ({"unit": "ratio", "resource": Resource.CGROUP, "role": Role.SATURATION}, "ratio_system"),
        ({"unit": "ratio", "resource": Resource.CGROUP, "role": Role.UTILIZATION}, "ratio_program"),
        ({"unit": "bytes", "resource": Resource.CGROUP}, "bytes_program"),
    ],
)
def test_alarms_and_groups_have_classes_of_their_own(told: dict[str, Any], name: str) -> None:
    assert noise_of(metric(**told), TABLE, CAPACITY) == getattr(TABLE, name)
