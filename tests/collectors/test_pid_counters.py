"""What fixtures cannot say of io, status, schedstat and fd: cut-off texts, odd kernels, nothing invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Collector, Origin, all_collectors

PARSE = Path(__file__).resolve().parents[2] / "fixtures" / "parse"
SOURCES = ("proc.pid.io", "proc.pid.status", "proc.pid.schedstat")

sources = pytest.mark.parametrize("source", SOURCES)


def collector(source: str) -> Collector:
    return all_collectors()[source]


def values(source: str, text: str) -> dict[str, float | str]:
    return {reading.metric: reading.value for reading in collector(source).parse(text, Origin(key="7"))}


@sources
def test_a_text_cut_off_anywhere_gives_the_whole_texts_values_or_none(source: str) -> None:
    whole = (PARSE / source / "writer.txt").read_text(encoding="utf-8")
    told = values(source, whole)

    for kept in range(len(whole)):
        try:
            cut = values(source, whole[:kept])
        except ValueError:
            continue
        assert cut.items() <= told.items(), whole[:kept][-40:]


@sources
@given(text=st.text())
def test_any_text_gives_readings_or_a_value_error(source: str, text: str) -> None:
    try:
        values(source, text)
    except ValueError as error:
        assert f"/proc/7/{source.rpartition('.')[2]}" in str(error)  # noqa: PT017 - a text may also be read


def test_a_kernel_without_run_queue_accounting_says_nothing_rather_than_zero() -> None:
    assert values("proc.pid.schedstat", "0 0 0\n") == {}
    assert values("proc.pid.schedstat", "5 0 1\n") == {
        "proc.run_time": 5e-9,
        "proc.run_delay": 0,
        "proc.timeslices": 1,
    }


def test_lines_of_status_are_taken_by_name_whatever_stands_between_them() -> None:
    text = "Name:\tx\nVmSwap:\t 3 kB\nNew:\tThreads:\t9\nThreads:\t2\nvoluntary_ctxt_switches:\t1\nLater:\t1\n"

    assert values("proc.pid.status", text) == {
        "proc.VmSwap": 3072,
        "proc.Threads": 2,
        "proc.voluntary_ctxt_switches": 1,
    }


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
def test_a_status_says_the_same_whatever_was_read_before_it(reads: list[tuple[int, int]]) -> None:
    for threads, waits in reads:
        text = f"Threads:\t{threads}\nCpus_allowed_list:\t0-1\nvoluntary_ctxt_switches:\t{waits}\n"

        assert values("proc.pid.status", text) == {
            "proc.Threads": threads,
            "proc.Cpus_allowed_list": "0-1",
            "proc.voluntary_ctxt_switches": waits,
        }


@given(
    st.integers(0, 10**30), st.integers(0, 10**30), st.sampled_from(("{}", " {}", "\t{}", "\t{} ", "\t+{}", "\t0{}"))
)
def test_counts_in_status_are_the_same_however_they_are_set_off(waits: int, pushes: int, form: str) -> None:
    lines = (f"voluntary_ctxt_switches:{form}", f"nonvoluntary_ctxt_switches:{form}")
    text = "".join(line.format(count) + "\n" for line, count in zip(lines, (waits, pushes), strict=True))

    assert values("proc.pid.status", text) == {
        "proc.voluntary_ctxt_switches": waits,
        "proc.nonvoluntary_ctxt_switches": pushes,
    }


@given(st.integers(1, 4_000_000), st.sampled_from(("nginx", "VmLck:", "Threads:\\t99", "\\nVmLck:\\t7 kB")))
def test_who_a_process_is_changes_nothing_of_its_status(pid: int, name: str) -> None:
    text = (PARSE / "proc.pid.status" / "writer.txt").read_text(encoding="utf-8")
    own = re.search(r"\nPid:\t([0-9]+)\n", text)
    assert own

    other = re.sub(r"^Name:.*", lambda _: f"Name:\t{name}", text).replace(f"\t{own[1]}\n", f"\t{pid}\n")

    assert other != text
    assert values("proc.pid.status", other) == values("proc.pid.status", text)


def test_a_name_in_status_cannot_pass_for_a_line() -> None:
    escaped = "Name:\tThreads:\\t99\\nThreads:\\t98\nThreads:\t2\n"

    assert values("proc.pid.status", escaped) == {"proc.Threads": 2}


def test_cancelled_writes_may_be_negative() -> None:
    text = (PARSE / "proc.pid.io" / "writer.txt").read_text(encoding="utf-8")

    told = values("proc.pid.io", text.replace("cancelled_write_bytes: 0", "cancelled_write_bytes: -1024"))

    assert told["proc.cancelled_write_bytes"] == -1024


@pytest.mark.parametrize("text", ["0", "17", "17\n", " 5 "])
def test_a_count_of_files_is_one_number(text: str) -> None:
    assert values("proc.pid.fd", text) == {"proc.fds": int(text)}


@pytest.mark.parametrize("text", ["", "-1", "1 2", "1.5", "٣", "many"])
def test_another_count_of_files_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="should be a whole number"):
        values("proc.pid.fd", text)


def test_figures_of_the_main_thread_alone_say_so() -> None:
    named = {metric.name: metric for source in SOURCES for metric in collector(source).metrics}

    for name in ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "run_time", "run_delay", "timeslices"):
        assert "main thread alone" in named[f"proc.{name}"].help
        assert "main thread" in named[f"proc.{name}"].title.lower()
