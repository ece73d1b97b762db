"""Which version the servers and runtimes have that want `-v` for it, and most of which say it on standard error.

Runs `NAME -v` of each program on the list that is on the search path, or `NAME -version` where it does not know that,
as Java does. What they say on standard error counts where they say nothing else.

    nginx     nginx version: nginx/1.22.1
    apache2   Server version: Apache/2.4.57 (Debian)
    java      openjdk version "17.0.9" 2023-10-17

On the list is what only prints and ends when asked like that.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.cmd_versions import first_line
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_VERSION: Final = Metric(
    name="version.v",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Version of a server or runtime",
    help="What a program on the search path says of its version. A process that runs may still be the version before, "
    "until it is started again.",
    doc="https://nginx.org/en/docs/switches.html",
    labels=("program",),
    next="{instance} -v; readlink -f $(command -v {instance})",
)
_PROGRAMS: Final = ("nginx", "apache2", "httpd", "haproxy", "lighttpd", "named", "squid", "java")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the first line that is not blank, its white space made single blanks.

    Raises:
        ValueError: The key is no program, or the text holds zero bytes.

    >>> parse("nginx version: nginx/1.22.1\n", Origin(key="nginx"))
    [Reading(metric='version.v', value='nginx version: nginx/1.22.1', instance='nginx')]
    """
    if not origin.key:
        raise ValueError("A version needs the program's name as its key, and has none.")
    first = first_line(text, f"{origin.key} -v")
    return [Reading(_VERSION.name, first, origin.key)] if first else []


COLLECTOR: Final = Collector(
    name="cmd.versions.v",
    read=Command(
        argv=("{name}", "-v"),
        version=(),
        cadence=Cadence.ONCE,
        alternatives=(("{name}", "-version"),),
        each=_PROGRAMS,
        stderr=True,
        timeout=2.0,
        max_bytes=16 * KIB,
    ),
    metrics=(_VERSION,),
    parse=parse,
    opt_in="tools",  # a Java machine is started for it
    adds="versions of web servers, proxies, name servers and Java, however they were installed",
    needs="one of the programs on the list, in /usr/bin, /usr/sbin or /usr/local/bin",
)
