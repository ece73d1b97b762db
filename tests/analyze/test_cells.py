"""The USE matrix before any capture: each cell has metrics, or a reason why no source of Linux tells it."""

from __future__ import annotations

import pytest

from snapper.analyze.cells import COLUMNS, EMPTY, ROWS, cells_of
from snapper.collectors import catalogue
from snapper.metric import Resource, Role

CELLS = cells_of(catalogue().values())


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role.value)
@pytest.mark.parametrize("resource", ROWS, ids=lambda resource: resource.value)
def test_a_cell_is_filled_or_says_why_not(resource: Resource, role: Role) -> None:
    assert bool(CELLS[resource][role]) != ((resource, role) in EMPTY)


def test_what_the_matrix_shows_comes_first() -> None:
    shown = [metric.primary for metric in CELLS[Resource.CPU][Role.SATURATION]]

    assert shown == sorted(shown, reverse=True)
    assert shown[0]
