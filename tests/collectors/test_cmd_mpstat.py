from __future__ import annotations

import json

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.cpu.cmd_mpstat import COLLECTOR, parse
from snapper.collectors.cpu.mpstat_reports import reports_of

HEADINGS = "{time}     CPU    %usr   %nice    %sys   %idle\n"
ROW = "{time}  {cpu:>6} {usr:>7.2f}    0.00    1.00 {idle:>7.2f}\n"


def report(time: str, **usr: float) -> str:
    rows = (
        ROW.format(time=time, cpu=cpu.removeprefix("cpu"), usr=value, idle=99 - value) for cpu, value in usr.items()
    )
    return HEADINGS.format(time=time) + "".join(rows)


def read(text: str) -> dict[str, float | str]:
    found = parse(text, Origin())
    return {f"{name}[{instance}]" if instance else name: value for name, value, instance in found}


@pytest.mark.parametrize("time", ["18:37:24", "06:37:24 PM", "1591016001"])
def test_the_time_may_take_one_word_or_two(time: str) -> None:
    assert reports_of(report(time, all=10, cpu0=20)) == [
        {
            "all": {"usr": 10, "nice": 0, "sys": 1, "idle": 89},
            "0": {"usr": 20, "nice": 0, "sys": 1, "idle": 79},
        }
    ]


def test_every_report_counts_for_there_is_none_since_boot() -> None:
    text = report("18:37:24", all=10) + "\n" + report("18:37:25", all=30) + "\n" + report("Average:", all=99)

    assert read(text)["mpstat.usr"] == pytest.approx(0.2)


def test_a_cpu_that_was_taken_offline_has_the_mean_of_what_it_had() -> None:
    text = report("18:37:24", all=10, cpu0=10, cpu1=50) + "\n" + report("18:37:25", all=10, cpu0=30)

    found = read(text)

    assert found["mpstat.percpu.idle[cpu1]"] == pytest.approx(0.49)
    assert found["mpstat.percpu.idle[cpu0]"] == pytest.approx(0.79)


def test_half_a_line_of_a_run_that_was_killed_is_left_out() -> None:
    text = report("18:37:24", all=10) + "\n" + report("18:37:25", all=30)

    assert read(text[:-4]) == read(report("18:37:24", all=10))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, 10**400, "12", None, True])
def test_what_is_no_share_is_refused(value: object) -> None:
    document = json.dumps({"statistics": [{"cpu-load": [{"cpu": "all", "usr": value}]}]})

    with pytest.raises(ValueError, match="expected numbers by name"):
        reports_of(document)


def test_it_is_evidence_and_no_series() -> None:
    assert not COLLECTOR.judged
