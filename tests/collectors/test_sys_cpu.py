from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.cpu.sys_cpu import COLLECTOR, parse
from snapper.record.plan import Files


def value(text: str, key: str) -> str:
    (reading,) = parse(text, Origin(key=key))
    return str(reading.value)


@pytest.mark.parametrize("text", ["\n", "(null)\n", " \n"])
def test_a_list_without_members_is_told_as_such(text: str) -> None:
    assert value(text, "nohz_full") == "(none)"


@pytest.mark.parametrize("key", ["offline", "smt/active", "vulnerabilities/mds", "isolated"])
def test_a_file_without_a_byte_tells_nothing(key: str) -> None:
    assert parse("", Origin(key=key)) == []


@pytest.mark.parametrize("key", ["kernel_max", "smt/uevent", "possible"])
def test_other_files_are_passed_over(key: str) -> None:
    assert parse("8191\n", Origin(key=key)) == []


def test_every_flaw_has_a_fact_of_its_own_so_that_a_new_one_shows() -> None:
    for flaw in ("meltdown", "a_flaw_of_next_year"):
        (reading,) = parse("Vulnerable\n", Origin(key=f"vulnerabilities/{flaw}"))
        assert (reading.metric, reading.instance) == ("cpu.vulnerability", flaw)


def test_only_what_is_asked_for_is_read() -> None:
    assert isinstance(COLLECTOR.read, Files)
    assert len(COLLECTOR.read.patterns) == 6
