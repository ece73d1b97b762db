"""The lab scores rightly and says what is true beforehand. It captures nothing here: `make lab` does."""

from __future__ import annotations

import doctest
import importlib
import inspect
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from snapper import diff, load
from snapper.analyze.diff import Culprit, Finding, SeriesRow
from snapper.collectors import catalogue
from snapper.metric import Resource

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "bench"))

from lab import acts, plan, probes, rules, score, tables  # noqa: E402 - found by the line above
from lab.faults import FAULTS  # noqa: E402
from lab.truth import Fault, Truth  # noqa: E402

LOADS = [
    importlib.import_module(f"lab.loads.{name}") for name in ("service", "cpu", "tasks", "memory", "disk", "network")
]
CRUNCHED = Truth(metrics=("cpu.*", "proc.cpu"), resource="cpu", program="crunch", effects=("stat.ctxt",))


def finding(metric: str, instance: str = "", **more: object) -> Finding:
    told = {
        "rank": 1, "id": "x", "tier": "headline", "verdict": "regressed", "resource": "cpu", "role": "utilization",
        "title": "", "unit": "ratio", "before": 0.1, "after": 0.9, "change": 0.8, "interval": None, "severity": 3.0,
        "culprits": (), "config": (), "help": "", "next": "", "doc": "", "chart": None,
    }  # fmt: skip
    return Finding(metric=metric, instance=instance, **{**told, **more})  # type: ignore[arg-type]


def series(metric: str, instance: str = "", *, resource: str = "cpu", tier: str | None = "headline") -> SeriesRow:
    return SeriesRow(
        metric=metric, instance=instance, unit="ratio", resource=resource, role="utilization", before=0.1, after=0.9,
        change=0.8, interval=None, verdict="regressed", tier=tier, least=0.1, severity=1.0, chart=None,
    )  # type: ignore[arg-type] # fmt: skip


def culprit(program: str) -> Culprit:
    return Culprit(
        program=program, unit="", share=0.9, severity=1.0, metric="proc.cpu", before=0.0, after=1.0, value_unit="ratio"
    )


@pytest.mark.parametrize(
    "module", [plan, rules, score, tables, sys.modules["lab.truth"]], ids=lambda module: module.__name__
)
def test_the_examples_in_the_lab_are_true(module: object) -> None:
    done = doctest.testmod(module)  # type: ignore[arg-type]

    assert done.attempted
    assert not done.failed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_says_beforehand_what_is_true_of_it(fault: Fault) -> None:
    metrics = catalogue()

    assert [name for name in metrics if fault.truth.names(name)]
    assert fault.truth.resource in {resource.value for resource in Resource}
    assert set(fault.needs) <= probes.PROBES.keys()
    assert fault.loads or fault.service or fault.acts or fault.needs


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_can_be_brought_about(fault: Fault) -> None:
    for name, *arguments in fault.loads:
        program = next(run for module in LOADS if (run := getattr(module, name, None)))
        inspect.signature(program).bind(0.0, *arguments)
    for name, *arguments in fault.acts:
        inspect.signature(getattr(acts, name)).bind(Path(), *arguments)


def test_whoever_is_to_blame_runs_in_the_lab() -> None:
    blamed = {fault.truth.program for fault in FAULTS} - {"", "flapper"}  # which is a link to sleep

    assert [program for program in blamed if not any(hasattr(module, program) for module in LOADS)] == []


def test_there_are_faults_enough_and_unchanged_pairs_enough() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(names) == len(set(names)) >= 40
    assert len({pair.name for pair in plan.pairs()}) == len(plan.pairs()) >= 30
    assert len({take.name for take in plan.takes()}) == len(plan.takes())


@pytest.mark.parametrize("names", [[fault.name for fault in FAULTS], [pair.name for pair in plan.pairs()]])
def test_both_halves_hold_a_good_part(names: list[str]) -> None:
    tuning = sum(plan.half_of(name) == "tuning" for name in names)

    assert 0.3 <= tuning / len(names) <= 0.7


def test_what_is_kept_running_is_captured_in_one_go() -> None:
    names = [take.name for take in plan.takes()]

    at = names.index("kept-1")
    assert names[at : at + 3] == ["kept-1", "kept-2", "kept-3"]


@pytest.mark.parametrize(
    ("told", "true"),
    [
        (finding("cpu.utilization"), True),
        (finding("disk.await", resource="disk"), False),
        (finding("stat.ctxt", also=("cpu.system",)), True),
        (finding("stat.ctxt", resource="scheduler", also=("cpu.system",)), False),
        (finding("proc.cpu", "crunch", resource="program"), True),
        (finding("proc.cpu", "web.service/crunch", resource="program"), True),
        (finding("proc.cpu", "service", resource="program"), False),
        (finding("proc.rss", "crunch", resource="program"), False),
    ],
)
def test_a_finding_is_true_if_it_tells_the_fault(told: Finding, true: bool) -> None:  # noqa: FBT001 - a table
    assert score.is_true(told, CRUNCHED) is true


@pytest.mark.parametrize(
    ("row", "belongs"),
    [
        (series("cpu.user"), True),
        (series("stat.ctxt"), True),
        (series("disk.await", resource="disk"), False),
        (series("proc.rss", "crunch", resource="program"), True),
        (series("proc.cpu", "service", resource="program"), True),
        (series("proc.rss", "service", resource="program"), False),
        (series("proc.cpu", "cron", resource="program"), False),
    ],
)
def test_a_flag_belongs_to_what_moved_it(row: SeriesRow, belongs: bool) -> None:  # noqa: FBT001 - a table
    assert score.belongs(row, CRUNCHED) is belongs


def test_programs_are_named_in_the_order_of_the_report() -> None:
    assert list(score.named_in(finding("cpu.user", culprits=(culprit("client"), culprit("store"))))) == [
        "client",
        "store",
    ]
    assert list(score.named_in(finding("proc.cpu", "crunch", resource="program"))) == ["crunch"]


@pytest.mark.parametrize(
    ("strengths", "rank"),
    [((5.0, 3.0, 1.0), 2.0), ((5.0, 5.0, 5.0), 2.0), ((1.0, 0.0, 2.0), None), ((0.0, 1.0, 0.0), 1.0)],
)
def test_the_rank_of_the_first_true_series_takes_ties_in_their_middle(
    strengths: tuple[float, ...], rank: float | None
) -> None:
    rows = [series("disk.await", resource="disk"), series("cpu.user"), series("disk.reads", resource="disk")]

    assert score.rank_of_true(rows, strengths, CRUNCHED) == rank


def test_a_comparison_is_scored_as_a_whole(store: Path) -> None:
    same = load(next(store.glob("*first*.parquet")))
    nothing = diff(same, same)
    wrong = replace(
        nothing,
        findings=(
            finding("disk.await", "vda", resource="disk", tier="minor", rank=1),
            finding("proc.rss", "client", resource="program", rank=2),
            finding("cpu.utilization", rank=3, culprits=(culprit("crunch"),)),
        ),
        series=(
            series("cpu.user"),
            series("disk.await", resource="disk"),
            series("proc.rss", "cron", resource="program"),
            series("stat.ctxt", tier=None),
        ),
    )

    scored = score.score_fault(wrong, CRUNCHED)
    unchanged = score.score_pair(nothing)

    assert (scored.finding, scored.tier, scored.program, scored.bystanders) == (3, "headline", 2, ("client",))
    assert (scored.flags, scored.true_flags) == (2, 1)
    assert (unchanged.flags, unchanged.foreign_flags, unchanged.headlines, unchanged.minors) == (0, 0, 0, 0)
    assert (score.score_pair(wrong).flags, score.score_pair(wrong).foreign_flags) == (2, 1)


@pytest.mark.parametrize(
    ("rule", "before", "after", "flags"),
    [
        ("pmdiff (ratio ≥ 2)", 1.0, 2.0, True),
        ("pmdiff (ratio ≥ 2)", 1.0, 1.9, False),
        ("pmdiff (ratio ≥ 2)", 0.0, 1e-9, True),
        ("benchstat (Mann-Whitney p < .05)", 1.0, 1.01, True),
        ("benchstat (Mann-Whitney p < .05)", 1.0, 1.0, False),
        ("kayenta (98 % interval, tolerance .25)", 1.0, 1.01, True),
        ("kayenta (98 % interval, tolerance .25)", 1.0, 1.0, False),
        ("netdata (KS of first differences p < .01)", 1.0, 100.0, False),
        ("Mann-Whitney, BH q < .01", 1.0, 1.01, True),
    ],
)
def test_the_rules_of_other_tools_decide_as_theirs_do(rule: str, before: float, after: float, flags: bool) -> None:  # noqa: FBT001 - a table
    pair = np.full(20, before), np.full(20, after)

    assert (rules.decide(rule, [pair])[0] > 0) is np.bool_(flags)


def test_a_rank_test_says_nothing_of_two_points() -> None:
    pair = np.zeros(2), np.ones(2)

    assert [rules.decide(rule, [pair])[0] for rule in rules.RULES] == [0.0] * len(rules.RULES)


def test_ties_are_corrected_for() -> None:
    before, after = np.array([0.0, 0, 0, 1, 1]), np.array([0.0, 0, 0, 1, 1])

    assert rules.mann_whitney(before, after) == 1.0
    assert math.isclose(rules.mann_whitney(np.array([0.0, 0, 0, 1]), np.array([0.0, 1, 1, 1])), 0.2471, abs_tol=1e-4)
