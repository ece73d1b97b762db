"""What must not matter to a verdict: the order of things, the phase of the clock, and what is not the host's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapper.analyze.diff import Diff
from snapper.analyze.series import tabulate
from snapper.analyze.table import Program, SeriesTable
from tests.analyze.lab import MIB, Host, diff_of, is_rate, judged_of, metric
from tests.analyze.tape import Tape

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPPOSITE = {"regressed": "improved", "improved": "regressed", "new": "gone", "gone": "new"}


def troubled(seed: int) -> Host:
    """A host on which something or other went wrong."""
    host = Host(seed)
    random = np.random.default_rng(seed)
    for key in random.choice(len(host.rows), 8, replace=False):
        name = list(host.rows)[key]
        host.rows[name] = host.rows[name] * random.choice([0.0, 0.3, 3.0, 30.0])
    host.facts["sysctl", "vm.dirty_ratio"] = str(seed % 3 * 10)
    return host


def shuffled(table: SeriesTable, seed: int) -> SeriesTable:
    order = np.random.default_rng(seed).permutation(len(table.metrics))
    return replace(
        table,
        metrics=tuple(table.metrics[row] for row in order),
        instances=tuple(table.instances[row] for row in order),
        points=table.points[order],
        mean=table.mean[order],
        seen=table.seen[order],
    )


@few
@given(SEEDS, SEEDS, SEEDS)
def test_the_order_of_series_does_not_matter(one: int, other: int, order: int) -> None:
    before, after = troubled(one).table(), troubled(other).table()

    assert diff_of(shuffled(before, order), shuffled(after, order + 1)) == diff_of(before, after)


@few
@given(SEEDS, SEEDS)
def test_a_whole_host_of_still_series_changes_no_verdict(one: int, other: int) -> None:
    before, after = troubled(one), troubled(other)
    without = diff_of(before.table(), after.table())
    for number in range(200):
        for host in (before, after):
            host.rows[metric("zzz.elsewhere", unit="files", labels=("n",)), str(number)] = float(number)

    with_them = diff_of(before.table(), after.table())

    assert with_them.findings == without.findings
    kept = [row for row in with_them.series if row.metric != "zzz.elsewhere"]
    assert kept == list(without.series)
    assert {row.verdict for row in with_them.series if row.metric == "zzz.elsewhere"} == {"same"}


def steady(host: Host) -> SeriesTable:
    """Without drift within levels: it is the baseline's that is taken off, and so not the same from both sides."""
    for one, name in list(host.rows):
        if not is_rate(one):
            host.rows[one, name] = float(np.nanmean(host.rows[one, name]))
    return host.table()


def said(diff: Diff) -> dict[tuple[str, str], tuple[str, bool | None, str]]:
    return {(one.metric, one.instance): (one.verdict, one.worse, one.tier) for one in diff.findings}


@few
@given(SEEDS, SEEDS)
def test_swapped_sides_swap_the_findings(one: int, other: int) -> None:
    left, right = (steady(troubled(seed)) for seed in (one, other))

    there, back = said(diff_of(left, right)), said(diff_of(right, left))

    for name in there.keys() & back.keys():
        verdict, worse, tier = there[name]
        if name[0] not in {"sysctl", "proc.nice"}:
            assert back[name] == (OPPOSITE.get(verdict, verdict), None if worse is None else not worse, tier)


@few
@given(SEEDS, st.integers(2, 6))
def test_a_snapshot_among_its_own_copies_flags_nothing(seed: int, copies: int) -> None:
    table = troubled(seed).table()

    assert diff_of(table, table, *[table] * copies).findings == ()


def taped(*, busy: float, forks: float, switches: float, phase: float) -> SeriesTable:
    """Two CPUs, busy for a share of the time; read every second from `phase` on."""
    ticks = [phase + number for number in range(21)]
    tape = Tape(ticks)
    for t in ticks:
        jiffies = 200 * (1000 + t)
        used = int(jiffies * busy)
        tape.add(
            "proc.stat",
            t,
            f"cpu  {used} 0 0 {int(jiffies) - used} 0 0 0 0 0 0\nctxt {int(switches * (1000 + t))}\nbtime 1700000000\n"
            f"processes {int(forks * (1000 + t))}\nprocs_running 1\nprocs_blocked 0\n",
        )
    return tabulate(cast("Any", tape))


PHASES = st.floats(0.0, 0.999)


@few
@given(PHASES, PHASES, st.floats(0.05, 0.4), st.sampled_from([0.0, 0.02, 0.3]))
def test_the_phase_of_the_ticks_does_not_matter(one: float, other: float, busy: float, more: float) -> None:
    def judged(before: float, after: float) -> dict[tuple[str, str], str]:
        verdicts = judged_of(
            taped(busy=busy, forks=40, switches=3000, phase=before),
            taped(busy=busy + more, forks=40 + 400 * more, switches=3000, phase=after),
        )
        names = zip(verdicts.compared.metrics, verdicts.compared.instances, strict=True)
        return {(one.name, which): verdict for (one, which), verdict in zip(names, verdicts.verdicts, strict=True)}

    phased, plain = judged(one, other), judged(0.0, 0.0)

    assert phased == plain
    assert phased["cpu.utilization", ""] == ("regressed" if more == 0.3 else "same")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_programs_are_seen_does_not_matter(seed: int) -> None:
    def host(names: list[str]) -> SeriesTable:
        made = Host(seed)
        for name in sorted(names):
            made.program(Program(name), cpu=0.2, rss=50 * MIB)
        table = made.table()
        return replace(table, programs={name: table.programs[name] for name in sorted(table.programs, key=hash)})

    names = ["a", "b", "c"]

    assert said(diff_of(Host(seed).table(), host(names))) == said(diff_of(Host(seed).table(), host(names[::-1])))
