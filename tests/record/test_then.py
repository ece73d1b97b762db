"""A tool that leaves what it measured for another one: in between it is in a file that has no name."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.record import recorder
from snapper.record.plan import Cadence, Command
from tests.record.running import Recording, Script, run, start

MEASURES = "trap 'echo end; exit 0' INT; echo begin; while :; do sleep 0.02; done"
"""Until it is interrupted, as perf record does."""


def along(folder: Path, first: str, then: str, **options: object) -> Recording:
    """Run both with a window of a few ticks; the spool has a folder of its own."""
    place = folder / "spools"
    place.mkdir()
    command = Command(argv=(first,), then=(then,), version=(), cadence=Cadence.WINDOW, **options)  # type: ignore[arg-type] # options vary
    return run(place, {"cmd.tool": command}, ticks=4)


def test_what_the_first_wrote_is_read_by_the_second_whose_word_is_kept(tmp_path: Path, script: Script) -> None:
    recording = along(tmp_path, script(MEASURES), script("echo told:; cat"))

    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("ok", b"told:\nbegin\nend\n", 0)
    assert recording.spool.end is not None
    assert len(recording.spool.end["pids"]) == 2


def test_there_is_no_file_but_the_spool_and_what_is_held_has_no_name(tmp_path: Path, script: Script) -> None:
    seen = tmp_path / "seen"
    lines = f"ls -A {tmp_path}/spools > {seen}; stat -L --format '%a %h' /proc/self/fd/3 3>&1 >> {seen}; {MEASURES}"

    recording = along(tmp_path, script(lines), script("cat"))

    assert recording.read("cmd.tool").content == b"begin\nend\n"
    assert seen.read_text().split() == ["spool", "600", "0"]  # no link leads to it
    assert [path.name for path in (tmp_path / "spools").iterdir()] == ["spool"]


def test_a_killed_recorder_leaves_nothing_but_its_spool(tmp_path: Path, script: Script) -> None:
    place = tmp_path / "spools"
    place.mkdir()
    command = Command(argv=(script("sleep 2"),), then=(script("cat"),), version=(), cadence=Cadence.WINDOW)
    running = start(place, {"cmd.tool": command}, ticks=40)
    running.wait_for("tick 2 40")

    running.process.kill()
    running.end()

    assert [path.name for path in place.iterdir()] == ["spool"]


def test_a_first_that_refuses_is_told_in_its_own_words(tmp_path: Path, script: Script) -> None:
    said = "Error:\\nAccess to performance monitoring and observability operations is limited.\\nConsider this."

    recording = along(tmp_path, script(f"printf '{said}' >&2; exit 255"), script("echo never"))

    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("denied", b"", 255)
    assert "monitoring and observability operations is limited" in recording.spool.coverage("cmd.tool")["why"]


@pytest.mark.parametrize("missing", ["first", "then"])
def test_either_may_be_missing(tmp_path: Path, script: Script, missing: str) -> None:
    first, then = ("no-such-tool", script("cat")) if missing == "first" else (script(MEASURES), "no-such-tool")

    recording = along(tmp_path, first, then)

    assert recording.read("cmd.tool").status == "absent"
    assert "no-such-tool was not found" in recording.spool.coverage("cmd.tool")["why"]


def test_a_second_that_fails_is_told(tmp_path: Path, script: Script) -> None:
    recording = along(tmp_path, script(MEASURES), script("echo no samples >&2; exit 1"))

    record = recording.read("cmd.tool")
    assert (record.status, record.stderr) == ("failed", b"no samples\n")


def test_what_the_second_says_is_bounded_and_told_as_cut(tmp_path: Path, script: Script) -> None:
    recording = along(tmp_path, script(MEASURES), script("while :; do echo line; done"), max_bytes=1000)

    record = recording.read("cmd.tool")
    assert (record.status, len(record.content)) == ("truncated", 1000)
    assert "said more than 1000 bytes" in recording.spool.coverage("cmd.tool")["why"]


def test_a_second_that_hangs_is_ended(tmp_path: Path, script: Script) -> None:
    recording = along(tmp_path, script(MEASURES), script("echo first; sleep 20"), timeout=0.3)

    record = recording.read("cmd.tool")
    assert (record.status, record.content) == ("timeout", b"first\n")


def test_secrets_are_masked_in_what_the_second_says(tmp_path: Path, script: Script) -> None:
    recording = along(tmp_path, script(MEASURES), script("echo mysql --password=hunter2"))

    assert b"hunter2" not in recording.read("cmd.tool").content


def test_an_interrupted_window_is_told_as_far_as_it_went(tmp_path: Path, script: Script) -> None:
    place = tmp_path / "spools"
    place.mkdir()
    command = Command(argv=(script(MEASURES),), then=(script("cat"),), version=(), cadence=Cadence.WINDOW)
    running = start(place, {"cmd.tool": command}, ticks=4000)
    running.wait_for("tick 3 4000")

    running.process.terminate()

    assert running.end().read("cmd.tool").content == b"begin\nend\n"


def test_a_first_that_writes_too_much_is_ended_and_what_it_left_is_told(
    tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "HELD_MOST", 1000)
    with recorder.unnamed_file(str(tmp_path)) as held:
        tool = recorder.Run([script("head -c 5000 /dev/zero; exec sleep 20")], 10, None, held)
        stop = recorder.Stop()
        for _ in range(500):
            stop.wait(0.01)
            tool.drain(stop)
            if tool.is_over:
                break
        tool.close(stop)

        outcome = tool.outcome("")
        assert recorder.STATUSES[outcome.status] == "truncated"
        assert "said more than 1000 bytes" in outcome.why


def test_there_is_room_for_a_tenth_of_what_is_free(tmp_path: Path) -> None:
    with recorder.unnamed_file(str(tmp_path)) as held:
        assert 0 < recorder._room_in(held) <= recorder.HELD_MOST
