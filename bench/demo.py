"""See snapper work on this host: capture, start a load, capture again, diff.

The load is one busy Python loop and one writer that forces 64 KiB to disk over and over. Both end by
themselves after a few seconds, and are ended by pid here in any case.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "demo"
SECONDS = 10
WARM_UP = 1  # seconds the load runs before it is captured, so that its start is not what is measured


def main() -> int:
    """Run the demonstration; the exit code is that of the first command that failed."""
    DEMO.mkdir(exist_ok=True)
    before, after = DEMO / "before.parquet", DEMO / "after.parquet"
    snapper("capture", "before", "-d", f"{SECONDS}s", "-o", str(before), "--force")
    with load(SECONDS + WARM_UP + 20):
        snapper("capture", "after", "-d", f"{SECONDS}s", "-o", str(after), "--force")
    snapper("diff", str(before), str(after), "-o", str(DEMO / "report.html"))
    print(f"\nThe report is {DEMO / 'report.html'}: open it in a browser.")
    return 0


def snapper(*arguments: str) -> None:
    """Run one command of snapper, showing it as a user would type it."""
    shown = (
        str(Path(word).relative_to(Path.cwd())) if word.startswith(str(Path.cwd())) else word for word in arguments
    )
    print("$ snapper", *shown, flush=True)
    subprocess.run([sys.executable, "-m", "snapper", *arguments], check=True)


@contextmanager
def load(at_most: int) -> Iterator[None]:
    """Keep the load running; it ends by itself after `at_most` seconds."""
    print("$ python bench/load/burn.py & python bench/load/fsync_writer.py &", flush=True)
    commands = (["burn.py", str(at_most)], ["fsync_writer.py", str(at_most), str(DEMO)])
    running = [subprocess.Popen([sys.executable, str(HERE / "load" / script), *rest]) for script, *rest in commands]
    try:
        running[0].wait(WARM_UP)
    except subprocess.TimeoutExpired:  # as it should: it is running
        yield
    else:
        raise RuntimeError("the load ended at once")
    finally:
        for process in running:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
