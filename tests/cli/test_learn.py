"""`snapper learn`, what `snapper diff` makes of it, and `--explain`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.crafted import rewritten
from tests.cli.running import Run, run_snapper, the_sentence


@pytest.fixture(scope="module")
def captures(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four captures of this host in a store of their own: the real ones, and each once more under another id."""
    folder = tmp_path_factory.mktemp("learning")
    for number, label in enumerate(("first", "second", "first", "second")):
        real = next(store.glob(f"*_{label}_*.parquet"))
        rewritten(real, folder / f"{number}.parquet", id=f"{number:012d}", label=f"c{number}", host="web-7")
    return folder


@pytest.fixture
def web(captures: Path, tmp_path: Path) -> Run:
    """Run a command against copies of those captures, so that what one test learns no other knows."""
    for path in captures.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return lambda *arguments, **environment: run_snapper(*arguments, store=tmp_path, **environment)


def test_what_was_learnt_is_used_from_then_on(web: Run, tmp_path: Path) -> None:
    before = web("diff", "c0", "c3", "--format", "json")
    done = web("learn", "c0", "c1", "c2")
    after = web("diff", "c0", "c3", "--format", "json")
    without = web("diff", "c0", "c3", "--no-profile", "--format", "json")

    profile = tmp_path / "profiles" / "web-7.json"
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(rf"{profile}  \(noise of web-7: [\d,]+ series from 3 captures of [\d.]+ s or more; ", done.stdout)
    assert profile.stat().st_mode & 0o777 == 0o600
    caveats = [json.loads(one.stdout)["summary"]["caveat"] for one in (before, after, without)]
    assert ["noise learnt from 3 captures of this host" in caveat for caveat in caveats] == [False, True, False]


def test_a_profile_elsewhere_is_used_where_it_is_named(web: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "web.json"

    assert web("learn", "c0", "c1", "c2", "c3", "-o", elsewhere).returncode == 0

    told = web("diff", "c0", "c3", "--profile", elsewhere, "--format", "text").stdout
    assert "noise learnt from 4 captures of this host" in re.sub(r"\s+", " ", told)
    assert not (tmp_path / "profiles").exists()
    assert "learnt" not in web("diff", "c0", "c3").stdout


REFUSED = [
    (("learn", "c0", "c1"), 2, "2 captures to learn from, and it takes 3 or more"),
    (("learn", "c0", "c1", "c1"), 2, "000000000001 is named more than once"),
    (("learn", "c0", "c1", "c9"), 2, "c9"),
    (("learn", "c0", "c1", "c2", "-o", "/proc/web.json"), 3, "/proc/web.json"),
    (("learn", "c0", "c1", "c2", "-o", "0.parquet"), 3, "is no noise profile, and was left as it is"),
    (("diff", "c0", "c1", "--profile", "none.json"), 3, "there is no such file"),
    (("diff", "c0", "c1", "--profile", "0.parquet"), 3, "is no noise profile"),
    (("diff", "c0", "c1", "--profile", "0.parquet", "--no-profile"), 2, "exclude each other"),
    (("diff", "c0", "c1", "--baseline", "c2", "--baseline", "c2"), 2, "000000000002 is a baseline more than once"),
    (("diff", "c0", "c1", "--explain", "cpu.utilisation"), 2, "nearest: cpu.utilization"),
    (("diff", "c0", "c1", "--explain", "cpu.utilization", "--exit-code"), 2, "leave out -o, --format and --exit-code"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSED, ids=[" ".join(case[0]) for case in REFUSED])
def test_what_cannot_be_is_a_sentence(
    arguments: tuple[str, ...], code: int, words: str, web: Run, tmp_path: Path
) -> None:
    in_place = (tmp_path / word if word.endswith((".json", ".parquet")) else word for word in arguments)

    assert words in the_sentence(web(*in_place), code)


def test_captures_of_two_hosts_teach_nothing(web: Run, tmp_path: Path) -> None:
    rewritten(tmp_path / "1.parquet", tmp_path / "4.parquet", id="4" * 12, label="c4", host="db-1")

    assert "of db-1 and web-7" in the_sentence(web("learn", "c0", "c2", "c4"), 3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"format": 99}, "written by a later snapper"), ({"series": [1]}, "series 1 of the profile")],
)
def test_a_damaged_profile_of_the_store_is_a_sentence_and_can_be_left_out(
    changes: dict[str, object], words: str, web: Run, tmp_path: Path
) -> None:
    web("learn", "c0", "c1", "c2")
    profile = tmp_path / "profiles" / "web-7.json"
    profile.write_text(json.dumps(json.loads(profile.read_text()) | changes), encoding="utf-8")

    assert words in the_sentence(web("diff", "c0", "c3"), 3)
    assert web("diff", "c0", "c3", "--no-profile").returncode == 0
    assert web("learn", "c0", "c1", "c2").returncode == 0


def test_a_named_profile_of_another_host_is_refused(web: Run, tmp_path: Path) -> None:
    rewritten(tmp_path / "0.parquet", tmp_path / "5.parquet", id="5" * 12, label="d0", host="db-1")
    rewritten(tmp_path / "1.parquet", tmp_path / "6.parquet", id="6" * 12, label="d1", host="db-1")
    web("learn", "c0", "c1", "c2", "-o", tmp_path / "web.json")

    sentence = the_sentence(web("diff", "d0", "d1", "--profile", tmp_path / "web.json"), 3)

    assert "is the noise profile of web-7, and compared is db-1" in sentence


def test_an_account_of_one_series_goes_to_stdout(web: Run) -> None:
    done = web("diff", "c0", "c1", "--baseline", "c2", "--explain", "filesystem.utilization//")

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "filesystem.utilization[/]: same"
    assert {"before", "after", "baselines", "class", "error", "floor", "verdict"} <= {
        line.partition(" ")[0] for line in lines
    }
