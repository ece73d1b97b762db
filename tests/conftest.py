"""What all tests share: the recorded fixtures, and the corpus of other machines where it is at hand."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cli.running import Run, run_snapper

REPOSITORY = Path(__file__).resolve().parent.parent
FIXTURES = REPOSITORY / "fixtures"

# Nothing is timed: how long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The unpacked recordings of other machines; skips, visibly, where they are absent.

    They are looked for in `../shared/corpus` beside the project, or in $SNAPPER_CORPUS, and
    unpacked once into the user's cache.
    """
    return unpacked_corpus() or pytest.skip("no ../shared/corpus/dev.tar.xz: recordings of other machines are not here")


def unpacked_corpus() -> Path | None:
    packed = Path(os.environ.get("SNAPPER_CORPUS", REPOSITORY.parent / "shared" / "corpus")) / "dev.tar.xz"
    if not packed.is_file():
        return None
    digest = hashlib.sha256(packed.read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "perf-snapper-tests"
    target = cache / f"corpus-{digest}"
    if not target.is_dir():
        partial = cache / f"partial-{os.getpid()}"
        with tarfile.open(packed) as archive:
            archive.extractall(partial, filter=_inside)  # noqa: S202 - the data filter, less links out
        with contextlib.suppress(OSError):  # another worker was first
            partial.rename(target)
    return target / "dev"


def _inside(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
    """A recorded tree has links out of itself (`PID/cwd`): they are left out, not followed."""
    try:
        return tarfile.data_filter(member, path)
    except (tarfile.LinkOutsideDestinationError, tarfile.AbsoluteLinkError):
        return None


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds two real captures of this host, `first` and `second`."""
    folder = tmp_path_factory.mktemp("store")
    for label in ("first", "second"):
        done = run_snapper("capture", label, "-d", "1.2s", "-i", "200ms", "--tag", f"n={label}", store=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def snapper(store: Path) -> Run:
    """Run a command against that store."""
    return lambda *arguments, **environment: run_snapper(*arguments, store=store, **environment)


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """Run a command against an empty store."""
    return lambda *arguments, **environment: run_snapper(*arguments, store=tmp_path / "store", **environment)
