"""Comparisons to render: a usual one, one without a finding, a large one, and one that means harm."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from snapper.analyze.diff import Diff


def _load(name: str) -> ModuleType:
    """A module beside this one; tests are no package, so it is found by its place."""
    spec = importlib.util.spec_from_file_location(f"report_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return _load("sample")


@pytest.fixture(scope="session")
def sample(samples: ModuleType) -> Diff:
    return samples.sample_diff()


@pytest.fixture(scope="session")
def quiet(samples: ModuleType) -> Diff:
    return samples.quiet_diff()


@pytest.fixture(scope="session")
def hostile(samples: ModuleType) -> Diff:
    return samples.hostile_diff()


@pytest.fixture(scope="session")
def large(samples: ModuleType) -> Diff:
    return samples.sample_diff(count=30_000, flagged=500)
