"""Tools that say on their standard error what others say on their standard output, and what is hidden of dmidecode."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.record.plan import Cadence, Command
from tests.record.decode import Record
from tests.record.running import run

DIMM = b"""Memory Device
\tLocator: DIMM_A1
\tSerial Number: 1A2B3C4D
\tAsset Tag: Rack 7 unit 3
\tPart Number: EX-16G2666

Memory Device
\tLocator: DIMM_A2
\tSerial Number: Not Specified
\tAsset Tag: Not Specified
"""


def recorded(tmp_path: Path, lines: str, *, stderr: bool = True) -> Record:
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\n{lines}\n")
    tool.chmod(0o755)
    command = Command(argv=(str(tool),), version=(), cadence=Cadence.ONCE, stderr=stderr)
    return run(tmp_path, {"cmd.tool": command}).read("cmd.tool")


@pytest.mark.parametrize(
    ("lines", "content", "rest", "status"),
    [
        ("echo server/1.2 >&2", b"server/1.2\n", b"", "ok"),
        ("echo 1.2; echo a warning >&2", b"1.2\n", b"a warning\n", "ok"),
        ("echo no such option >&2; exit 1", b"", b"no such option\n", "failed"),
    ],
    ids=["nothing elsewhere", "something elsewhere", "failed"],
)
def test_standard_error_is_the_content_where_it_is_asked_for(
    tmp_path: Path, lines: str, content: bytes, rest: bytes, status: str
) -> None:
    record = recorded(tmp_path, lines)

    assert (record.status, record.content, record.stderr) == (status, content, rest)


def test_standard_error_is_no_content_unless_it_is_asked_for(tmp_path: Path) -> None:
    record = recorded(tmp_path, "echo server/1.2 >&2", stderr=False)

    assert (record.status, record.content, record.stderr) == ("ok", b"", b"server/1.2\n")


def test_what_it_says_there_is_masked_too(tmp_path: Path) -> None:
    assert recorded(tmp_path, "echo --password=hunter22 >&2").content == b"--password=[masked]\n"


def test_serial_numbers_of_memory_never_reach_the_spool(tmp_path: Path) -> None:
    (tmp_path / "said").write_bytes(DIMM)

    content = recorded(tmp_path, f"cat {tmp_path / 'said'}").content

    assert b"1A2B3C4D" not in content
    assert b"Rack 7" not in content
    assert content.count(b"[masked]") == 2
    assert content.count(b"Not Specified") == 2
    assert b"Part Number: EX-16G2666" in content
