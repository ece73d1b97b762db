"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from snapper.archive.parquet import write
from tests.archive import spools

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "whole.parquet"
    write(spools.rows(spools.small()), spools.manifest(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "some.parquet"
