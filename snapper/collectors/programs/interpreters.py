"""What an interpreter was started to run: the script, module, class or archive among its arguments.

`python -W ignore -m http.server 80` is http.server, `java -cp a.jar -Xmx4g org.example.Main` is
org.example.Main. To find it one must know which options are followed by a value of their own, so
there is an entry for each family below, after its manual.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """How one family of interpreters reads its command line."""

    valued: frozenset[str] = frozenset()
    """Options whose value is the next argument."""
    code: str = ""
    """Letters of the options that carry the text of a program: `-c`, `-e`; they may end a cluster, `-lc`."""
    named: frozenset[str] = frozenset()
    """Options whose value says what is run: `-m`, `-jar`."""
    verbs: frozenset[str] = frozenset()
    """Words before the script that mean "run it"."""


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHELL: Final = Interpreter(valued=_options("-o +o -O +O --rcfile --init-file"), code="c")
_TCL: Final = Interpreter(valued=_options("-encoding"), code="c", named=_options("-f"))
_PYTHON: Final = Interpreter(valued=_options("-W -X -Q --check-hash-based-pycs"), code="c", named=_options("-m"))
_NODE: Final = Interpreter(
    valued=_options("-r --require --import --loader --experimental-loader -C --conditions --title"), code="ep"
)
_INTERPRETERS: Final = {
    **dict.fromkeys(("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish"), _SHELL),
    **dict.fromkeys(("python", "pypy"), _PYTHON),
    "perl": Interpreter(valued=_options("-I"), code="eE"),
    "ruby": Interpreter(valued=_options("-I -r -C -E"), code="e"),
    "node": _NODE,
    "deno": Interpreter(valued=_options("-c --config --import-map"), verbs=_options("run")),
    "bun": Interpreter(code="e", verbs=_options("run")),
    "php": Interpreter(valued=_options("-c -d -z -S -t"), code="r", named=_options("-f")),
    "lua": Interpreter(valued=_options("-l"), code="e"),
    **dict.fromkeys(("tclsh", "wish", "expect"), _TCL),
    "Rscript": Interpreter(code="e"),
    "java": Interpreter(
        valued=_options(
            "-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads "
            "--patch-module --limit-modules --upgrade-module-path --enable-native-access"
        ),
        named=_options("-jar -m --module"),
    ),
    "dotnet": Interpreter(
        valued=_options("--runtimeconfig --depsfile --additionalprobingpath --fx-version"), verbs=_options("exec run")
    ),
    "mono": Interpreter(valued=_options("--config")),
}
_ARCHIVE_VERSION: Final = re.compile(r"[-_]v?[0-9][0-9A-Za-z._+-]*(?=\.(?:jar|war)$)")
_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/self|proc/[0-9]+)/fd/[0-9]+|-")
_OTHER_NAMES: Final = {"nodejs": "node", "luajit": "lua"}


def family_of(name: str) -> str:
    """Tell which interpreter a program's name means, whatever its version; "" for a program that is none.

    >>> [family_of(name) for name in ("python3.11", "-bash", "nodejs", "php8.2", "php-fpm8.2", "nginx")]
    ['python', 'bash', 'node', 'php', '', '']
    """
    plain = name.removeprefix("-").rstrip("-.0123456789")
    plain = _OTHER_NAMES.get(plain, plain)
    return plain if plain in _INTERPRETERS else ""


def what_it_runs(family: str, arguments: Sequence[str]) -> str:
    """Find what an interpreter runs: a script's base name, `-m module`, `-c` for a text given on the spot, or "".

    Args:
        family: As `family_of` gives it.
        arguments: All but the first, which is the interpreter itself.

    >>> what_it_runs("python", ["-um", "http.server"]), what_it_runs("bash", ["-lc", "exit 1"])
    ('-m http.server', '-c')
    >>> what_it_runs("java", ["-Xmx4g", "-cp", "lib/a.jar", "org.example.Main"])
    'org.example.Main'
    >>> what_it_runs("java", ["-jar", "/srv/app-1.4.2.jar"]), what_it_runs("perl", ["-w", "/usr/bin/collectl"])
    ('app.jar', 'collectl')
    """
    known = _INTERPRETERS[family]
    words = iter(arguments)
    for word in words:
        if not word or word in known.verbs or word.startswith("@"):
            continue
        if word == "--":
            return _base_name(next(words, ""))
        if not word.startswith(("-", "+")):
            return word if family == "java" else _base_name(word)
        option, value = _named(known, word)
        if option:
            value = value or next(words, "")
            return f"-m {value}" if known is _PYTHON else _base_name(value)
        if word in known.valued:
            next(words, "")
        elif code := _code(known, word):
            return code
    return ""


def _named(known: Interpreter, word: str) -> tuple[str, str]:
    """The option that names what is run, also at the end of a cluster (`-um`), and a value stuck to it (`-mpdb`).

    >>> _named(_PYTHON, "-um"), _named(_PYTHON, "-mpdb"), _named(_PYTHON, "-cimport m")
    (('-m', ''), ('-m', 'pdb'), ('', ''))
    """
    if word in known.named:
        return word, ""
    if known is _PYTHON and (match := re.match(r"-[bBdEhiIOPqRsSuvVx?]*m(.*)", word)):
        return "-m", match[1]
    return "", ""


def _code(known: Interpreter, word: str) -> str:
    """The option that carries the program's text: `-c`, `-lc`, `-cpass`; "" where the word is another option.

    >>> _code(_SHELL, "-lc"), _code(_PYTHON, "-cpass"), _code(_NODE, "--eval"), _code(_SHELL, "--login")
    ('-c', '-c', '-e', '')
    """
    if word.startswith("--"):
        return {"--eval": "-e", "--print": "-p"}.get(word.partition("=")[0], "")
    found = known.code and re.match(rf"-[A-Za-z0-9]*?([{known.code}])", word)
    return f"-{found[1]}" if found else ""


def _base_name(path: str) -> str:
    """The last component, less the version in the name of an archive: the next release is the same program.

    A script that comes through a descriptor has no name.

    >>> _base_name("/srv/app-1.4.2-SNAPSHOT.jar"), _base_name("job-2.sh"), _base_name("/dev/fd/3")
    ('app.jar', 'job-2.sh', '')
    """
    if _DESCRIPTOR.fullmatch(path):
        return ""
    return _ARCHIVE_VERSION.sub("", path.rstrip("/").rpartition("/")[2])
