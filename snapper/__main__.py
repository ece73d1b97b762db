"""The way in from a shell: `snapper ...`, `perf-snapper ...`, `python -m snapper ...`."""

from __future__ import annotations

import sys
from typing import NoReturn

from snapper.errors import ReaderGone, SnapperError


def main() -> NoReturn:
    """Run the command line.

    Exit codes: 0; 1 regression, with --exit-code; 2 usage; 3 unreadable, not writable or not comparable;
    130 Ctrl-C; 141 the reader of the output has gone.
    """
    try:
        # Inside the try, so that Ctrl-C while importing is no traceback.
        from snapper.cli.streams import safe_streams  # noqa: PLC0415

        with safe_streams():
            from snapper.cli.app import run  # noqa: PLC0415

            code = run()
    except ReaderGone as gone:
        code = gone.exit_code
    except SnapperError as error:
        print(f"snapper: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        print("snapper: interrupted", file=sys.stderr)
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
