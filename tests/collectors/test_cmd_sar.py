"""sar along a window: its averages and nothing else, means of nothing, and a run that is stopped anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin, catalogue
from snapper.collectors.machine.cmd_sar import COLLECTOR
from snapper.record.plan import Cadence, Command

PARSE = Path(__file__).resolve().parents[2] / "fixtures/parse/cmd.sar"
TEXT = (PARSE / "sysstat-12.6.txt").read_text(encoding="utf-8")
HEAD = "Linux 6.18 (host) \t01/02/26 \t_x86_64_\t(2 CPU)\n\n"
DISK = "Average:          DEV       tps     rkB/s     wkB/s     dkB/s   areq-sz    aqu-sz     await     %util\n"


def said(text: str) -> dict[str, float | str]:
    return {
        f"{name}[{instance}]" if instance else name: value for name, value, instance in COLLECTOR.parse(text, Origin())
    }


def test_it_runs_along_with_the_window_for_who_asks_for_it_and_only_bears_witness() -> None:
    assert isinstance(COLLECTOR.read, Command)
    assert COLLECTOR.read.cadence is Cadence.WINDOW
    assert COLLECTOR.read.argv[-2:] == ("{interval}", "{count}")
    assert COLLECTOR.opt_in == "tools"
    assert not COLLECTOR.judged


def test_what_says_the_same_has_the_same_unit() -> None:
    rates = {"bytes/s", "operations/s", "switches/s"}
    for metric in COLLECTOR.metrics:
        if metric.alias_of:
            other = catalogue()[metric.alias_of].compared_unit
            assert metric.unit == other or (metric.unit in rates and other.endswith("/s")), metric.name


@given(cut=st.integers(0, len(TEXT)))
def test_a_run_that_was_killed_anywhere_gives_whole_averages_or_none(cut: int) -> None:
    whole = said(TEXT)
    try:
        found = said(TEXT[:cut])
    except ValueError as error:
        assert "no line that begins with 'Average:'" in str(error)  # noqa: PT017 - either it reads, or it says this
        return
    assert found.items() <= whole.items()


@given(reports=st.lists(st.floats(0, 1e6).map(lambda value: round(value, 2)), max_size=5), mean=st.integers(0, 10**6))
def test_only_the_averages_count(reports: list[float], mean: int) -> None:
    rows = "".join(f"00:00:0{second}  {value:.2f}  1.00\n" for second, value in enumerate(reports))

    found = said(f"{HEAD}00:00:00       proc/s   cswch/s\n{rows}\nAverage:  {mean}.00  2.00\n")

    assert found == {"sar.proc": mean, "sar.cswch": 2}


@pytest.mark.parametrize(("tps", "known"), [("0.00", False), ("2.00", True)])
def test_a_mean_of_no_request_is_not_known(tps: str, *, known: bool) -> None:
    row = f"Average:          sda      {tps}      0.00      0.00      0.00      0.00      0.00      0.00      0.00\n"

    found = said(HEAD + DISK + row)

    assert ("sar.disk.await[sda]" in found) is known
    assert ("sar.disk.areq_sz[sda]" in found) is known
    assert found["sar.disk.util[sda]"] == 0


def test_efficiency_of_no_reclaim_is_not_known() -> None:
    head = "Average:     pgpgin/s pgpgout/s pgscank/s pgscand/s    %vmeff\n"

    assert "sar.vmeff" not in said(f"{HEAD}{head}Average:  1.00  1.00  0.00  0.00  0.00\n")
    assert said(f"{HEAD}{head}Average:  1.00  1.00  4.00  0.00  50.00\n")["sar.vmeff"] == 0.5
