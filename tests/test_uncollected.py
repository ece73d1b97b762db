"""The search for garbage rests while much is made, and goes on as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from snapper.uncollected import uncollected


@pytest.fixture(params=[True, False])
def was_on(request: pytest.FixtureRequest) -> Iterator[bool]:
    (gc.enable if request.param else gc.disable)()
    yield request.param
    gc.enable()


def test_it_rests_and_is_then_as_it_was(*, was_on: bool) -> None:
    with uncollected():
        during = gc.isenabled()

    assert (during, gc.isenabled()) == (False, was_on)


def test_it_is_as_it_was_after_an_error(*, was_on: bool) -> None:
    @uncollected()
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()

    assert gc.isenabled() == was_on
