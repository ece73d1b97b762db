"""What the tests of this room share."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.record.running import Script


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Makes an executable of shell lines; its path."""

    def make(lines: str) -> str:
        path = tmp_path / f"tool-{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make
