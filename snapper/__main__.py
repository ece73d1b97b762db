"""The way in from a shell: `snapper ...`, `perf-snapper ...`, `python -m snapper ...`."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any, NoReturn

from snapper.errors import ReaderGone, SnapperError


def main() -> NoReturn:
    """Run the command line.

    Exit codes: 0; 1 regression, with --exit-code; 2 usage; 3 unreadable, not writable or not comparable;
    130 ended by Ctrl-C, SIGTERM or SIGHUP; 141 the reader of the output has gone.
    """
    try:
        _end_alike()
        # Inside the try, so that Ctrl-C while importing is no traceback.
        from snapper.cli.streams import safe_streams  # noqa: PLC0415

        with safe_streams():
            from snapper.cli.usual import usual  # noqa: PLC0415

            arguments = usual(sys.argv[1:])
            code = _run() if arguments is None else _take(arguments)
    except ReaderGone as gone:
        code = gone.exit_code
    except SnapperError as error:
        from snapper.report.visible import visible  # noqa: PLC0415

        print(f"snapper: {visible(str(error))}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        print("snapper: interrupted", file=sys.stderr)
        code = 130
    sys.exit(code)


def _end_alike() -> None:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does: with a sentence, and nothing half done left behind."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # not so under nohup(1)
            signal.signal(number, _interrupt)


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _take(arguments: dict[str, Any]) -> int:
    """Capture without loading what the other commands need."""
    from snapper.cli.taking import take  # noqa: PLC0415

    take(**arguments)
    return 0


def _run() -> int:
    from snapper.uncollected import uncollected  # noqa: PLC0415

    with uncollected():  # to import what the commands need makes many small things, too, and none is let go
        from snapper.cli.app import run  # noqa: PLC0415

        return run()


if __name__ == "__main__":
    main()
