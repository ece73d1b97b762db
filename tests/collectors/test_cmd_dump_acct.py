"""Process accounting: rates over the window, what counts as failed, and names of anybody's making."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.analyze.readings import parse_reads
from snapper.analyze.timeline import Recording
from snapper.archive.read import Read, rows_of
from snapper.collectors import Origin
from snapper.collectors.programs.cmd_dump_acct import COLLECTOR

SECONDS = 10.0


def record(command: str, user: float = 0, elapsed: float = 0, flags: str = "", code: int = 0) -> str:
    """A line of dump-acct; times in hundredths of a second."""
    return (
        f"{command:16}|v3|{user:9.2f}|{0:9.2f}|{elapsed:9.2f}|{0:6}|{0:6}|{1:9.2f}|{1:9.2f}|{7:8}|{1:8}"
        f"|{flags:>5}|{code:8}|__      |Thu Jan  1 00:00:00 2026\n"
    )


def said(text: str, seconds: float = SECONDS) -> dict[str, float | str]:
    return {
        f"{name}[{instance}]" if instance else name: value
        for name, value, instance in COLLECTOR.parse(text, Origin(seconds=seconds))
    }


def test_sums_of_a_program_are_rates_of_the_window() -> None:
    found = said(record("ls", user=100, elapsed=200) + record("ls", user=50, elapsed=60) + record("cat"))

    assert found == {
        "acct.records": 3,
        "acct.exits[ls]": pytest.approx(0.2),
        "acct.cpu[ls]": pytest.approx(0.15),
        "acct.failed[ls]": 0,
        "acct.exits[cat]": pytest.approx(0.1),
        "acct.cpu[cat]": 0,
        "acct.failed[cat]": 0,
    }


def test_a_window_of_unknown_length_has_no_rates() -> None:
    assert said(record("ls"), seconds=0) == {"acct.records": 1}


def test_the_cpu_time_of_a_long_life_lies_before_the_window() -> None:
    found = said(record("server", user=360_000, elapsed=8_640_000))

    assert (found["acct.exits[server]"], found["acct.cpu[server]"]) == (pytest.approx(0.1), 0)


@pytest.mark.parametrize(
    ("flags", "code", "failed"),
    [("", 0, 0), ("S", 0, 0), ("F", 1, 1), ("X", 0, 0), ("DX", 0, 1), ("X", 1, 1)],
)
def test_a_program_fails_by_its_exit_code_or_with_a_core(flags: str, code: int, failed: int) -> None:
    assert said(record("tool", flags=flags, code=code))["acct.failed[tool]"] == pytest.approx(failed / SECONDS)


@pytest.mark.parametrize("name", ["a|b", "a\nb", "|||", "a b"])
def test_a_name_may_hold_anything(name: str) -> None:
    found = said(record(name) + record("ls"))

    assert found["acct.records"] == 2
    assert found["acct.exits[ls]"] == pytest.approx(0.1)


def test_a_line_that_was_cut_off_is_left() -> None:
    text = record("ls") + record("cat")

    assert said(text[:-20]) == said(record("ls"))


def test_programs_beyond_the_first_fifty_are_summed_up() -> None:
    found = said("".join(record(f"tool{chr(97 + i // 26)}{chr(97 + i % 26)}", user=200 - i) for i in range(80)))

    assert sum(name.startswith("acct.exits[") for name in found) == 51
    assert found["acct.exits[(other programs)]"] == pytest.approx(3)


def test_the_length_of_the_window_comes_of_its_ticks() -> None:
    recording = Recording(ticks=np.array([5, 5 + 4_000_000_000]), page_size=4096, clock_ticks=100)
    read = Read(source=COLLECTOR.name, key="", t=5, took=1, status="ok", content=record("ls").encode())

    found = parse_reads(COLLECTOR, [rows_of([read])], recording)

    assert dict(zip(found.columns, found.values[0], strict=True))["acct.exits", "ls"] == pytest.approx(1 / 4)
