"""The command line: every command of this folder, put together."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from snapper import __version__
from snapper.cli import capture, diff, doctor, list, metrics, recover, show  # noqa: A004 - a command is called list

app = typer.Typer(
    name="snapper",
    help="What is different on this host, does it matter, and who did it: capture before, capture after, diff.",
    epilog="Example: snapper capture before && ./deploy && snapper capture after && snapper diff before after",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for module in (capture, diff, list, show, metrics, doctor, recover):
    app.command(name=module.__name__.rpartition(".")[2], epilog=module.EXAMPLES)(module.command)


def _version(asked: bool) -> None:
    if asked:
        print(f"snapper {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Capture before, capture after, diff."""


def run() -> int:
    """Parse the arguments, run the command, give its exit code."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        error.show(file=sys.stderr)  # a usage error of the parser: it knows its command and says how to get help
        return int(error.exit_code)
    return code if isinstance(code, int) else 0
