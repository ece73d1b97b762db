"""A profile in every format: its places on the page, its words elsewhere, its size, what a damaged document says."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.cpu_profile import CpuProfile, FrameRow, FunctionRow, ProfileSide
from snapper.analyze.diff import Diff
from snapper.report.flames import DEEPEST, MOST_BOXES, ROW, Flame, ProfileView, grown, lead_of, shrunk, view_of
from snapper.report.html import render_html
from snapper.report.json_ import diff_from_json, render_json
from snapper.report.markdown import render_markdown
from snapper.report.terminal import render_text
from snapper.report.write import rendered
from tests.report.profiles import HOSTILE, hostile, profiled, usual, widest

PROFILE = usual()
MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def view() -> ProfileView:
    return view_of(PROFILE)


def inside(flame: Flame, number: int) -> tuple[float, float]:
    box = next(box for box in flame.boxes if box.number == number)
    return float(box.x), float(box.x) + float(box.width)


def test_after_stands_above_and_before_hangs_below(view: ProfileView) -> None:
    after, before = view.flames

    assert (after.side, before.side) == ("after", "before")
    assert after.boxes[0].y == after.height - ROW
    assert before.boxes[0].y == 0
    assert after.height == max(box.y for box in before.boxes) + ROW or after.height >= ROW


@pytest.mark.parametrize("side", [0, 1])
def test_a_frame_lies_within_who_called_it_and_beside_its_brothers(view: ProfileView, side: int) -> None:
    flame = view.flames[side]
    there = {box.number for box in flame.boxes}
    path: list[int] = []
    ends: dict[int, float] = {}
    for number, row in enumerate(PROFILE.frames):
        del path[row.depth :]
        path.append(number)
        if number not in there:
            continue
        start, end = inside(flame, number)
        above = path[-2] if len(path) > 1 else -1
        left, right = inside(flame, above) if above >= 0 else (0.0, 100.0)
        assert left - 0.02 <= start <= end <= right + 0.03
        assert start >= ends.get(above, 0.0) - 0.03
        ends[above] = end


def test_both_sides_have_one_scale(view: ProfileView) -> None:
    after, before = view.flames
    widths = [
        sum(float(box.width) for box in flame.boxes if box.y == base)
        for flame, base in ((after, after.height - ROW), (before, 0))
    ]

    assert widths[0] == pytest.approx(100, abs=0.5)
    assert widths[1] / widths[0] == pytest.approx(PROFILE.before.busy / PROFILE.after.busy, rel=0.02)


def test_what_grew_is_told_by_colour_and_by_sign(view: ProfileView) -> None:
    boxes = [box for flame in view.flames for box in flame.boxes if "checksum" in box.title]

    assert [box.look for box in boxes] == ["g3", "g3"]
    assert all(re.fullmatch(r"▲ checksum: [\d.]+ % → [\d.]+ %, grew", box.title) for box in boxes)
    assert all(box.label == "▲ checksum" for box in boxes)
    assert [box.look for flame in view.flames for box in flame.boxes if "vfs_write" in box.title] == ["k", "k"]


def test_the_tables_have_the_surest_first() -> None:
    assert [row.name for row in grown(PROFILE)][:1] == ["checksum"]
    assert not {row.name for row in grown(PROFILE)} & {row.name for row in shrunk(PROFILE)}
    sure = [row.moved != "within chance" for row in grown(PROFILE)]
    assert sure == sorted(sure, reverse=True)


def test_the_page_has_the_tables_and_the_graph(sample: Diff) -> None:
    page = render_html(profiled(sample, PROFILE), sources={})

    assert '<a href="#profile">' in page
    assert page.index('id="workload"') < page.index('id="profile"') < page.index('id="drift"')
    assert "▲ checksum" in page
    assert page.count("data-i=") == sum(len(flame.boxes) for flame in view_of(PROFILE).flames)
    assert 'id="profile"' not in render_html(sample, sources={})


@pytest.mark.parametrize("profile", [PROFILE, hostile(), widest()], ids=["usual", "hostile", "widest"])
def test_a_profile_adds_little_to_the_page(sample: Diff, profile: CpuProfile) -> None:
    plain, full = (len(render_html(diff, sources={}).encode()) for diff in (sample, profiled(sample, profile)))

    assert 5_000 < full - plain < MOST_BYTES


def test_a_wide_profile_is_drawn_in_part_and_says_so(sample: Diff) -> None:
    view = view_of(widest())

    assert sum(len(flame.boxes) for flame in view.flames) <= MOST_BOXES
    assert view.left > 0
    assert f"{view.left:,} narrower ones are left out" in render_html(profiled(sample, widest()), sources={})


def test_a_deep_stack_fits_a_sheet() -> None:
    deep = FrameRow(depth=0, name="f", kernel=False, before=0.5, after=0.5, moved="within chance")
    profile = replace(PROFILE, frames=tuple(replace(deep, depth=depth) for depth in range(90)))

    assert [flame.height for flame in view_of(profile).flames] == [DEEPEST * ROW] * 2


def test_no_name_of_a_function_becomes_markup(sample: Diff) -> None:
    diff = profiled(sample, hostile())

    page, markdown, text = render_html(diff, sources={}), render_markdown(diff), render_text(diff)

    assert "<script>window" not in page
    assert "<svg onload" not in page
    assert "window.pwned=1" in unescape(page)
    assert "<script>" not in re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown.partition("Where the CPU")[2])
    for told in (page, markdown, text):
        assert not {"\x1b", "\u202e"} & set(told)


def test_the_short_formats_tell_the_five_that_grew_most(sample: Diff) -> None:
    diff = profiled(sample, PROFILE)
    named = [row.name for row in grown(PROFILE)]

    markdown = render_markdown(diff).partition("### Where the CPU time went")[2].partition("###")[0]
    text = render_text(diff)

    assert lead_of(PROFILE) in markdown
    assert re.findall(r"^\| `([^`]+)`", markdown, flags=re.MULTILINE) == named[:5]
    assert "| ▲ grew |" in markdown
    assert re.search(r"checksum +lib\.so\.1 +[\d.]+ → [\d.]+ % +▲ grew", text)
    assert "function that grew" not in render_text(sample)


@pytest.mark.parametrize("width", [40, 71, 72, 100, 200])
def test_the_terminal_s_table_fits(sample: Diff, width: int) -> None:
    lines = render_text(profiled(sample, hostile("x" * 300)), width=width).splitlines()

    assert max(map(len, lines)) <= width


def test_a_cut_profile_is_said_to_be_cut() -> None:
    cut = replace(PROFILE, after=replace(PROFILE.after, cut=True, seconds=12.0))

    assert "of after only the first 12 s is here" in lead_of(cut)
    assert "only" not in lead_of(PROFILE)


@pytest.mark.parametrize("name", ["html", "md", "text", "json"])
@pytest.mark.parametrize("profile", [PROFILE, hostile()], ids=["usual", "hostile"])
def test_a_document_renders_to_the_same_bytes(sample: Diff, profile: CpuProfile, name: str) -> None:
    diff = profiled(sample, profile)

    again = diff_from_json(json.loads(render_json(diff)))

    assert rendered(again, name) == rendered(diff, name)


NUMBERS = st.floats() | st.sampled_from([0.0, math.nan, math.inf, -math.inf, -1.0, 1e300, 1e-300, 0.5])
MOVED = st.sampled_from(["grew", "shrank", "new", "gone", "within chance"])
FRAMES = st.builds(
    FrameRow,
    depth=st.integers(-3, 60),
    name=st.text(max_size=8),
    kernel=st.booleans(),
    before=NUMBERS,
    after=NUMBERS,
    moved=MOVED,
)
FUNCTIONS = st.builds(
    FunctionRow, name=st.text(max_size=8), image=st.text(max_size=4), kernel=st.booleans(), self_before=NUMBERS,
    self_after=NUMBERS, total_before=NUMBERS, total_after=NUMBERS, change=NUMBERS, moved=MOVED, chance=NUMBERS,
)  # fmt: skip
SIDES = st.builds(ProfileSide, samples=st.integers(0, 2**62), busy=NUMBERS, seconds=NUMBERS, cut=st.booleans())


@settings(deadline=None, max_examples=150)
@given(
    profile=st.builds(
        CpuProfile, before=SIDES, after=SIDES, functions=st.lists(FUNCTIONS, max_size=8).map(tuple),
        frames=st.lists(FRAMES, max_size=30).map(tuple), least=NUMBERS,
    )
)  # fmt: skip
def test_any_document_is_drawn_within_its_bounds(profile: CpuProfile) -> None:
    view = view_of(profile)

    for flame in view.flames:
        assert 0 < flame.height <= DEEPEST * ROW
        for box in flame.boxes:
            assert 0 <= float(box.x) <= 100
            assert 0 < float(box.width) <= 100
            assert 0 <= box.y < flame.height
    assert "\x00" not in lead_of(profile)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_profile_can_be_told_in_every_format(sample: Diff, data: st.DataObject) -> None:
    profile = CpuProfile(
        before=data.draw(SIDES), after=data.draw(SIDES), functions=tuple(data.draw(st.lists(FUNCTIONS, max_size=4))),
        frames=tuple(data.draw(st.lists(FRAMES, max_size=12))), least=0.1,
    )  # fmt: skip

    diff = profiled(sample, profile)

    assert all(rendered(diff, name) for name in ("html", "md", "text", "json", "parquet"))


def test_the_names_of_the_hostile_profile_are_hostile() -> None:
    assert "<script>" in HOSTILE
