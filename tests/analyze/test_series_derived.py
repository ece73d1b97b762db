"""Series computed from others: ratios of means, and inputs that are not there."""

from __future__ import annotations

import pytest

from snapper.analyze.series import tabulate
from snapper.analyze.table import SeriesTable
from snapper.collectors.contract import Derived
from snapper.metric import Kind
from snapper.record.plan import Cadence
from tests.analyze.host_series import LEVEL, NAN, mean, points, same, seen
from tests.analyze.tape import Tape, host_source, metric


def ratio_of(name: str, *inputs: str, optional: tuple[str, ...] = ()) -> Derived:
    return Derived(metric=metric(name, unit="ratio"), inputs=inputs, compute=lambda a, b: a / b, optional=optional)


def derived_from(
    text: dict[float, str], *derived: Derived, source: tuple[Kind, Kind] = (Kind.COUNTER, Kind.COUNTER)
) -> SeriesTable:
    inputs = [metric(name, kind) for name, kind in zip(("t.a", "t.b"), source, strict=True)]
    tape = Tape(range(len(text) or 1))
    for t, said in text.items():
        tape.add("test.host", t, said)
    return tabulate(tape, [host_source(*inputs, derived=derived)])


def test_the_mean_of_a_ratio_is_the_ratio_of_the_means() -> None:
    table = derived_from({0: "t.a 0\nt.b 0", 1: "t.a 1\nt.b 10", 2: "t.a 31\nt.b 20"}, ratio_of("t.r", "t.a", "t.b"))

    assert same(points(table, "t.r"), [NAN, 0.1, 3])
    assert mean(table, "t.r") == 31 / 20
    assert seen(table, "t.r") == 2


def test_a_division_by_zero_is_not_known() -> None:
    table = derived_from({0: "t.a 0\nt.b 0", 1: "t.a 5\nt.b 0", 2: "t.a 5\nt.b 5"}, ratio_of("t.r", "t.a", "t.b"))

    assert same(points(table, "t.r"), [NAN, NAN, 0])
    assert mean(table, "t.r") == 1


def test_only_an_instance_with_all_inputs_has_the_derived_metric() -> None:
    table = derived_from(
        {0: "t.a[x] 1\nt.a[y] 1\nt.b[y] 2"}, ratio_of("t.r", "t.a", "t.b"), source=(Kind.GAUGE, Kind.GAUGE)
    )

    assert [name for name in table.row if name[0] == "t.r"] == [("t.r", "y")]


@pytest.mark.parametrize(
    ("text", "optional", "expected"),
    [
        pytest.param("t.a 3", ("t.b",), 3, id="what the kernel lacks is zero"),
        pytest.param("t.a 3\nt.b 4", ("t.b",), 7, id="what it has counts"),
        pytest.param("t.b 4", ("t.b",), None, id="not without what is needed"),
        pytest.param("t.b 4", ("t.a", "t.b"), 4, id="any of them will do"),
        pytest.param("", ("t.a", "t.b"), None, id="none of them will not"),
    ],
)
def test_an_input_that_the_kernel_may_lack(text: str, optional: tuple[str, ...], expected: float | None) -> None:
    total = Derived(metric=metric("t.sum"), inputs=("t.a", "t.b"), compute=lambda a, b: a + b, optional=optional)

    table = derived_from({0: text}, total, source=(Kind.GAUGE, Kind.GAUGE))

    assert (mean(table, "t.sum") if ("t.sum", "") in table.row else None) == expected


def test_a_derived_metric_may_take_another_and_one_of_another_source() -> None:
    double = Derived(metric=metric("t.double"), inputs=("t.half",), compute=lambda half: half * 4)
    half = Derived(metric=metric("t.half"), inputs=("t.level",), compute=lambda level: level / 2)
    tape = Tape([0]).add("a", 0, "t.level 10").add("b", 0, "t.load 1")
    sources = [
        host_source(LEVEL, name="a", derived=(double,)),
        host_source(metric("t.load"), name="b", derived=(half,)),
    ]

    assert mean(tabulate(tape, sources), "t.double") == 20


def test_metrics_that_wait_for_each_other_are_left_out() -> None:
    egg = Derived(metric=metric("t.egg"), inputs=("t.hen",), compute=lambda hen: hen)
    hen = Derived(metric=metric("t.hen"), inputs=("t.egg",), compute=lambda egg: egg)

    table = tabulate(Tape([0]).add("test.host", 0, "t.level 1"), [host_source(LEVEL, derived=(egg, hen))])

    assert list(table.row) == [("t.level", "")]


def test_what_is_derived_from_one_reading_was_seen_once() -> None:
    half = Derived(metric=metric("t.half"), inputs=("t.level",), compute=lambda level: level / 2)
    source = host_source(LEVEL, cadence=Cadence.ONCE, derived=(half,))

    table = tabulate(Tape(range(3)).add("test.host", -1, "t.level 4"), [source])

    assert (points(table, "t.half"), seen(table, "t.half")) == ([2] * 3, 1)
