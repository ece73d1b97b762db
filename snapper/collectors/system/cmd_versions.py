"""Which version the usual runtimes, compilers and servers have, whoever installed them.

Runs `NAME --version` of each program on the list that is on the search path, for two seconds at most. What they print
has no form in common; the first line that says anything is the version.

    python3   Python 3.11.2
    ldd       ldd (Debian GLIBC 2.36-9+deb12u9) 2.36
    runc      runc version 1.1.5+ds1

On the list is what only prints and ends when asked like that. What wants -v (nginx, Java) cmd.versions.v asks; what has
another word for it (go, openssl before 3) is left to the packages.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_VERSION: Final = Metric(
    name="version",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Version",
    help="What a program on the search path says of its version. A process that runs may still be the version before, "
    "until it is started again.",
    doc="https://www.gnu.org/prep/standards/html_node/_002d_002dversion.html",
    labels=("program",),
    next="{instance} --version; readlink -f $(command -v {instance})",
)
_PROGRAMS: Final = (
    "python3", "node", "ruby", "php", "perl", "bash", "gcc", "ldd", "psql", "mysql", "mariadb", "redis-server",
    "valkey-server", "mongod", "docker", "podman", "containerd", "runc", "crun", "kubelet", "systemctl", "dnsmasq",
    "memcached", "qemu-system-x86_64",
)  # fmt: skip
_LONGEST: Final = 200


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the first line that is not blank, its white space made single blanks.

    Raises:
        ValueError: The key is no program, or the text holds zero bytes.

    >>> parse("\nThis is perl 5, version 36\n\nCopyright\n", Origin(key="perl"))
    [Reading(metric='version', value='This is perl 5, version 36', instance='perl')]
    """
    if not origin.key:
        raise ValueError("A version needs the program's name as its key, and has none.")
    first = first_line(text, f"{origin.key} --version")
    return [Reading(_VERSION.name, first, origin.key)] if first else []


def first_line(text: str, command: str) -> str:
    r"""The first line that is not blank, its white space made single blanks; empty where there is none.

    Raises:
        ValueError: The text holds zero bytes.

    >>> first_line("\n  This is \t 5.36\nmore\n", "perl --version")
    'This is 5.36'
    """
    if "\0" in text:
        raise ValueError(f"{command} should print text, and printed zero bytes: {text[:60]!r}.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    return " ".join(first.split())[:_LONGEST]


COLLECTOR: Final = Collector(
    name="cmd.versions",
    read=Command(
        argv=("{name}", "--version"),
        version=(),
        cadence=Cadence.ONCE,
        each=_PROGRAMS,
        timeout=2.0,
        max_bytes=16 * KIB,
    ),
    metrics=(_VERSION,),
    parse=parse,
    opt_in="tools",  # some two dozen runs, and the package lists say the same of what came in a package
    adds="versions of runtimes, compilers and servers, however they were installed",
    needs="one of the programs on the list, in /usr/bin, /usr/sbin or /usr/local/bin",
)
