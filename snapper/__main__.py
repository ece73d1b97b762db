"""The way in from a shell: `snapper ...`, `perf-snapper ...`, `python -m snapper ...`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from snapper.errors import SnapperError


def main() -> NoReturn:
    """Run the command line; exit codes 0, 1 (regression, with --exit-code), 2 usage, 3 unreadable or not comparable."""
    try:
        from snapper.cli.app import run  # noqa: PLC0415 - inside the try, so that Ctrl-C while importing is no traceback

        code = run()
        sys.stdout.flush()
    except SnapperError as error:
        print(f"snapper: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        print("snapper: interrupted", file=sys.stderr)
        code = 130
    except BrokenPipeError:  # the reader has seen enough: `snapper list | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code)


if __name__ == "__main__":
    main()
