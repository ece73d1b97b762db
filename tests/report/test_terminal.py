from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import pytest
from rich.cells import cell_len

from snapper.analyze.diff import Diff
from snapper.report.terminal import render_text

REPORT = ("report.html", 219_000)


def lines(diff: Diff, width: int) -> list[str]:
    return render_text(diff, width=width, report=REPORT).splitlines()


def test_it_says_the_same_as_the_report_in_its_order(sample: Diff) -> None:
    told = lines(sample, 110)

    assert told[0] == "web-7   pre-deploy → post-deploy   30 s each, 31 minutes apart, same boot, baseline of 5"
    assert told[1].startswith("! The kernels differ")
    assert told[3].startswith("Three things regressed, nothing improved.")
    assert told[4].startswith("41 of 2,214 series flagged")
    starts = [
        " 1  ▲ CPU utilization rose",
        " 4  ● Context",
        " 6  ▼ Segments",
        " CPU",
        " Disk nvme0n1",
        "report.html (214 KiB)",
    ]
    places = [next(place for place, line in enumerate(told) if line.startswith(start)) for start in starts]
    assert places == sorted(places)


def test_a_finding_has_its_figures_change_and_culprit_on_one_line_where_it_fits(sample: Diff) -> None:
    line = next(line for line in lines(sample, 110) if "CPU utilization rose" in line)

    assert re.search(r"24 → 83 % +\+59 points +api-server \(91 %\)$", line)


def test_below_that_the_culprit_has_a_line_of_its_own(sample: Diff) -> None:
    told = lines(sample, 80)

    place = next(place for place, line in enumerate(told) if "CPU utilization rose" in line)
    assert told[place].endswith("+59 points")
    assert told[place + 1].strip() == "api-server (91 %)"


@pytest.mark.parametrize("width", [40, 60, 72, 80, 96, 120, 200])
@pytest.mark.parametrize("name", ["sample", "quiet", "hostile"])
def test_no_line_is_wider_than_the_terminal(name: str, width: int, request: pytest.FixtureRequest) -> None:
    told = lines(request.getfixturevalue(name), width)

    assert max(map(cell_len, told)) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_names_are_never_lost_to_a_narrow_terminal(sample: Diff, width: int) -> None:
    flat = re.sub(r"\s+", " ", render_text(sample, width=width))

    for finding in sample.findings[:7]:
        for word in finding.title.split():
            assert word in flat


def test_a_pipe_gets_plain_text_and_a_terminal_colour(sample: Diff) -> None:
    assert "\x1b" not in render_text(sample, width=80)
    assert "\x1b[1;31m▲ " in render_text(sample, width=80, colour=True)


def test_colour_changes_nothing_but_colour(sample: Diff) -> None:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", render_text(sample, width=80, colour=True))

    assert [line.rstrip() for line in plain.splitlines()] == render_text(sample, width=80).splitlines()


def test_hostile_names_send_the_terminal_nothing(hostile: Diff) -> None:
    text = render_text(hostile, width=100, report=("a\x1b[2Jb", 1))

    assert not set(text) & set("\x00\x1b\x9b\u202e\u2028")
    assert "\\x1b[31m" in text


def test_markup_and_emoji_codes_are_names_like_any_other(sample: Diff) -> None:
    diff = replace(sample, summary=replace(sample.summary, sentence="[bold]x[/bold] :smile: [link=http://x]y[/]"))

    assert "[bold]x[/bold] :smile: [link=http://x]y[/]" in render_text(diff, width=100)


def test_it_fits_a_screen_and_counts_what_it_leaves_out(sample: Diff, samples: ModuleType) -> None:
    many = replace(
        sample,
        findings=tuple(samples.finding(rank, f"f-{rank}", tier="headline") for rank in range(1, 31)),
        use=tuple(replace(row, instance=str(number)) for number in range(10) for row in sample.use),
    )

    text = render_text(many, width=100)

    assert "and 20 more, in the report" in text
    assert len(text.splitlines()) <= 45


def test_rows_that_changed_come_before_those_that_did_not(sample: Diff) -> None:
    still = tuple(replace(sample.use[1], instance=f"node{number}") for number in range(20))

    text = render_text(replace(sample, use=(*still, *sample.use)), width=100)

    assert "Disk nvme0n1" in text
    assert "Sockets" in text


def test_what_stands_below_a_title_is_indented_on_every_line(sample: Diff) -> None:
    noted = replace(sample.findings[0], note="the offered load rose twice, which explains some of it and no more")
    told = lines(replace(sample, findings=(noted,)), 80)

    place = next(place for place, line in enumerate(told) if "CPU utilization rose" in line)
    assert [line.strip() for line in told[place + 1 : place + 4]] == [
        "the offered load rose twice, which explains some of",
        "it and no more",
        "api-server (91 %)",
    ]
    assert {len(line) - len(line.lstrip()) for line in told[place + 1 : place + 4]} == {6}


@pytest.mark.parametrize("width", [80, 100])
def test_a_long_mount_point_keeps_both_ends_and_one_line(sample: Diff, width: int) -> None:
    mount = "/var/lib/kubelet/pods/0b3c9a54-77f8-4a42/volumes/empty-dir/cache"
    told = lines(replace(sample, use=(*sample.use, replace(sample.use[3], instance=mount))), width)

    line = next(line for line in told if line.endswith("0 /s  was 0 /s") and "…" in line)
    assert line.startswith(" File")
    assert "cache  78 %  was 78 %" in line


def test_without_a_finding_there_is_the_sentence_and_the_path(quiet: Diff) -> None:
    told = lines(quiet, 80)

    assert told[-1] == "report.html (214 KiB)"
    assert "No significant change." in told


def test_the_summary_ends_with_the_report_and_its_size(sample: Diff) -> None:
    last = render_text(sample, width=200, report=("r.json", 2048)).splitlines()[-1]

    assert last == "r.json (2 KiB)"
