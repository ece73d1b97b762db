"""What the fixtures cannot say of pmap: processes without a table, cut-off print-outs, what is taken together."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.programs.cmd_pmap import parse

RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "parse" / "cmd.pmap" / "X-procps-4.0.2.txt"

HEADINGS = "         Address Perm   Offset Device Inode Size  Rss  Pss Mapping\n"
TOTALS = (
    "                                            ==== ==== ====\n                                            4 4 4 KB\n"
)


def sums(*rows: str) -> dict[str, float | str]:
    text = f"7:   x\n{HEADINGS}{''.join(f'    55{n:08x}0000 {row}' + chr(10) for n, row in enumerate(rows))}{TOTALS}"
    return {reading.instance: reading.value for reading in parse(text, Origin()) if reading.metric == "pmap.rss"}


@pytest.mark.parametrize("text", ["2:   [kthreadd]\n", "1:   /sbin/init splash\n"])
def test_a_process_without_memory_or_out_of_reach_has_no_readings(text: str) -> None:
    assert list(parse(text, Origin())) == []


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="prints ''"):
        parse("", Origin())


def test_mappings_of_one_thing_are_summed_in_bytes() -> None:
    assert sums(
        "r--p 00000000 fd:00 9 64 4 4 libc.so.6",
        "r-xp 00000000 fd:00 9 64 8 4 libc.so.6",
        "rw-p 00000000 00:00 0 64 16 4",
        "rw-p 00000000 00:00 0 64 32 4 ",
        "rw-p 00000000 00:00 0 64 64 4 [stack:4712]",
        "rw-p 00000000 00:00 0 64 128 4 [stack]",
    ) == {"libc.so.6": 12 * 1024, "[anon]": 48 * 1024, "[stack]": 192 * 1024}


def test_a_program_keeps_the_digits_of_its_name_and_a_data_file_loses_them() -> None:
    assert sums(
        "r--p 00000000 fd:00 9 64 1 1 python3.11",
        "r-xp 00000000 fd:00 9 64 1 1 python3.11",
        "rw-s 00000000 fd:00 9 64 1 1 segment_17.fdt",
        "rw-s 00000000 fd:00 9 64 1 1 segment_18.fdt",
        "rw-s 00000000 fd:00 9 64 1 1 a plain file",
        "rw-s 00000000 fd:00 9 64 1 1 tmpfbx81 (deleted)",
        "rw-s 00000000 fd:00 9 64 1 1 <script>alert(1)<.js",
    ) == {
        "python3.11": 2048,
        "*.fdt": 2048,
        "a plain file": 1024,
        "[deleted file]": 1024,
        "*.js": 1024,
    }


def test_a_print_out_cut_off_at_any_line_is_refused_or_says_nothing() -> None:
    lines = RECORDED.read_text(encoding="utf-8").splitlines(keepends=True)

    for kept in range(2, len(lines) - 2):
        with pytest.raises(ValueError, match="was cut off"):
            parse("".join(lines[:kept]), Origin())


@pytest.mark.parametrize(
    "row",
    ["r--p 00000000 fd:00 9 64 many 1 x", "r--p 00000000 fd:00 9", "", "r--p 00000000 fd:00 9 64 1 -1 x"],
)
def test_a_line_of_another_form_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match="pmap should print"):
        sums(row)
