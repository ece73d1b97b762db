"""What all tests share: the recorded fixtures, and the corpus of other machines where it is at hand."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
FIXTURES = REPOSITORY / "fixtures"


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
