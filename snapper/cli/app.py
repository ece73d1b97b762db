"""The command line: every command of this folder, put together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from snapper import __version__
from snapper.errors import UsageError

COMMANDS: Final = (
    "capture", "diff", "learn", "render", "list", "show", "verify", "pack", "metrics", "explain", "doctor", "recover",
    "schema",
)  # fmt: skip
"""In the order of the help. Each is a module of this folder, with its `command` and its EXAMPLES."""
INTERRUPTED: Final = 130


def app_of(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands; the others' modules are not loaded, which takes longer than some run."""
    app = typer.Typer(
        name="snapper",
        help="What is different on this host, does it matter, and who did it: capture before, capture after, diff.",
        epilog="Example: snapper capture before && ./deploy && snapper capture after && snapper diff before after",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_common)
    for name in names:
        module = import_module(f"snapper.cli.{name}")
        app.command(name=name, epilog=module.EXAMPLES)(module.command)
    return app


def _version(asked: bool) -> None:
    if asked:
        print(f"snapper {__version__}")
        raise typer.Exit


def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Capture before, capture after, diff."""


def run() -> int:
    """Parse the arguments, run the command, give its exit code.

    Raises:
        SnapperError: With what was wrong; of the arguments, too.
        KeyboardInterrupt: Ctrl-C.
    """
    asked = sys.argv[1:2]
    try:
        code = app_of(asked if asked and asked[0] in COMMANDS else COMMANDS)(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _refused(error)
    if code == INTERRUPTED:  # how the parser passes on a KeyboardInterrupt; no command of ours gives it
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _refused(error: Any) -> int:
    """Say what the parser says of the arguments, in our one sentence."""
    told = error.format_message().replace("Value error, ", "")  # which class refused it is nobody's business
    said = re.sub(r"(^|\. )([A-Z])", _inside_a_sentence, told.strip().rstrip("."))
    if not said or "\n" in said:  # no arguments at all: it is the help
        error.show(file=sys.stderr)
        return int(error.exit_code)
    context = getattr(error, "ctx", None)
    see = f"{' See' if said.endswith('?') else '; see'}: {context.command_path if context else 'snapper'} -h"
    raise UsageError(said + see)


def _inside_a_sentence(begin: re.Match[str]) -> str:
    return begin[1].replace(".", ";") + begin[2].lower()
