"""What repeats another metric has its verdict, and costs the others no certainty."""

from __future__ import annotations

from snapper.metric import Kind, Metric
from tests.analyze.lab import MIB, judged_of, metric, table_of

ORIGINAL = metric(name="test.bytes", unit="bytes")
COPY = metric(name="test.pages", unit="count", alias_of="test.bytes")
Sides = dict[tuple[Metric, str], float]


def flagged(before: Sides, after: Sides) -> dict[str, bool]:
    judged = judged_of(table_of(before), table_of(after))
    return {one.name: bool(flag) for one, flag in zip(judged.compared.metrics, judged.flagged, strict=True)}


def test_a_copy_is_flagged_with_its_original() -> None:
    before, after = {ORIGINAL: 900.0 * MIB, COPY: 900.0}, {ORIGINAL: 3900.0 * MIB, COPY: 3900.0}

    assert flagged({(one, ""): value for one, value in before.items()}, {(one, ""): v for one, v in after.items()}) == {
        "test.bytes": True,
        "test.pages": True,
    }


def test_a_copy_in_another_unit_is_not_flagged_where_its_original_is_too_small_to_matter() -> None:
    before: Sides = {(ORIGINAL, ""): 2.0 * MIB, (COPY, ""): 1.0}
    after: Sides = {(ORIGINAL, ""): 40.0 * MIB, (COPY, ""): 20.0}

    assert flagged(before, after) == {"test.bytes": False, "test.pages": False}
    assert flagged({(COPY, ""): 1.0}, {(COPY, ""): 20.0}) == {"test.pages": True}


def test_a_copy_of_another_instance_stands_for_itself() -> None:
    before: Sides = {(ORIGINAL, "a"): 2.0 * MIB, (COPY, "b"): 1.0}
    after: Sides = {(ORIGINAL, "a"): 2.0 * MIB, (COPY, "b"): 20.0}

    assert flagged(before, after)["test.pages"]


def test_copies_are_no_tests() -> None:
    copies = [metric(name=f"test.copy{number}", unit="bytes", alias_of="test.bytes") for number in range(9)]
    before: Sides = {(one, ""): 900.0 * MIB for one in (ORIGINAL, *copies)}
    after: Sides = {(one, ""): 1100.0 * MIB for one in (ORIGINAL, *copies)}

    judged, alone = (judged_of(table_of(was), table_of(now)) for was, now in ((before, after), _first(before, after)))

    assert judged.tested.sum() == alone.tested.sum() == 1
    assert judged.least[judged.compared.row["test.bytes", ""]] == alone.least[0]


def test_a_counter_may_be_copied_as_a_rate() -> None:
    counter = metric(name="test.faults", unit="faults", kind=Kind.COUNTER)
    rate = metric(name="test.faults_rate", unit="faults/s", alias_of="test.faults")

    before: Sides = {(counter, ""): 100.0, (rate, ""): 100.0}
    after: Sides = {(counter, ""): 9000.0, (rate, ""): 9000.0}

    assert flagged(before, after) == {"test.faults": True, "test.faults_rate": True}


def _first(before: Sides, after: Sides) -> tuple[Sides, Sides]:
    return {(ORIGINAL, ""): before[ORIGINAL, ""]}, {(ORIGINAL, ""): after[ORIGINAL, ""]}


def test_a_copy_of_a_copy_has_the_verdict_of_what_both_repeat() -> None:
    again = metric(name="test.blocks", unit="count", alias_of="test.pages")

    before: Sides = {(ORIGINAL, ""): 900.0 * MIB, (COPY, ""): 900.0, (again, ""): 900.0}
    after: Sides = {(ORIGINAL, ""): 3900.0 * MIB, (COPY, ""): 3900.0, (again, ""): 3900.0}

    assert flagged(before, after) == {"test.bytes": True, "test.pages": True, "test.blocks": True}
