"""Everything that others expect of a case that we read is compared in some test, or stands here with the reason."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.collectors.corpus_cases import cases, outcome
from tests.collectors.corpus_opened import LIST
from tests.collectors.corpus_trees import rows
from tests.conftest import REPOSITORY


class Expected(NamedTuple):
    """A file beside a recorded case."""

    case: str
    file: str


class Uncompared(NamedTuple):
    """Expected files that no test opens; patterns."""

    case: str
    file: str
    why: str


IN_THE_LEDGER = "its values are rows of FACTS.tsv"
SAME_TEXT = "in text what is in expected.json"
UNCOMPARED = [
    Uncompared("hwloc/*", "expected.lstopo.*", "the tree in words, whose counts are in expected.json"),
    Uncompared("hwloc/*", "expected.json", IN_THE_LEDGER),
    Uncompared("procfs/fixtures-proc", "expected.go-tests.json", IN_THE_LEDGER),
    Uncompared("util-linux/lscpu-*", "expected.txt", SAME_TEXT),
    Uncompared("jc/*", "expected.streaming.json", "what is in expected.json, row by row"),
    Uncompared("sysstat/roots-*", "expected.sadf-d.csv", "the figures of expected.sadf-j.json once more"),
    Uncompared(
        "below/procfs-test_pid_cgroupv1-*", "expected.values.json",
        "of a process in many hierarchies below names the group of the first, and we that of systemd's",
    ),
    Uncompared(
        "below/procfs-test_read_all_tid_info_of_pid-cgroup-*", "expected.values.json",
        "of the other files of that test, each of which is a case of its own",
    ),
    Uncompared(
        "insights/date-TIMEDATECTL_CONTENT_WRONG_DATE_FORMAT", "expected.json",
        "insights refuses a time without its weekday; of times we read nothing",
    ),
    Uncompared(
        "insights/scsi-SCSI_OUTPUT_INNORMAL_VEMDOR_LINE", "expected.json",
        "insights refuses a revision that ends in a colon; the kernel prints what the disk answers",
    ),
    Uncompared(
        "insights/slabinfo-SLABINFO_DETAILS_3", "expected.json",
        "insights wants the heading of the columns; we go by the version above it",
    ),
]  # fmt: skip


def comparing() -> list[str]:
    """The test modules that read what others expect; the ledgers ask for single values, not for files."""
    modules = [*(REPOSITORY / "tests/collectors").glob("test_*.py"), *(REPOSITORY / "tests/pairs").glob("test_*.py")]
    return [
        path.relative_to(REPOSITORY).as_posix()
        for path in sorted(modules)
        if path != Path(__file__) and re.search(r"expected[.-]|told\(|of_procfs\(", path.read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def opened(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> set[Expected]:
    """Files that the other tests open, as they run; those that fail tell of it themselves."""
    assert corpus.is_dir()
    told = tmp_path_factory.mktemp("expected") / "opened"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.collectors.corpus_opened", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *comparing()],
        cwd=REPOSITORY, env=os.environ | {LIST: str(told)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, done.stdout[-2000:]
    return {Expected(*name.rsplit("/", 1)) for name in told.read_text(encoding="utf-8").splitlines()}


@pytest.fixture(scope="module")
def of_what_we_read(corpus: Path) -> list[Expected]:
    known = cases(corpus)
    return [
        Expected(row["case"], name)
        for row in rows(corpus, "MANIFEST.tsv")
        if (names := [name for name in row["expected"].split() if name.startswith("expected")])
        and outcome(known[row["case"]]).read
        for name in names
    ]


def reasons(one: Expected) -> list[Uncompared]:
    return [known for known in UNCOMPARED if fnmatchcase(one.case, known.case) and fnmatchcase(one.file, known.file)]


def test_what_others_expect_is_compared_or_listed_with_one_reason(
    opened: set[Expected], of_what_we_read: list[Expected]
) -> None:
    left = [one for one in of_what_we_read if one not in opened]

    assert [one for one in left if len(reasons(one)) != 1] == []
    used = {reason for one in left for reason in reasons(one)}
    assert [reason for reason in UNCOMPARED if reason not in used] == []
    assert (len(of_what_we_read), len(left)) == (388, 44)
