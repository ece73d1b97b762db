"""How many files, sockets and pipes every process holds open.

Counts the entries of /proc/PID/fd (root, or the process's own user); the recorder does the
counting, since Linux 6.2 without listing them, and the text is the number alone.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import PerProcess

FDS: Final = Metric(
    name="proc.fds",
    unit="files",
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.UTILIZATION,
    worse=Worse.MORE,
    title="Open files",
    help="Files, sockets, pipes and event queues that the program's processes hold open. More under the same load, "
    "and above all more and more, is a leak that ends at the limit of open files.",
    doc="https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html",
    labels=("program",),
    next="lsof -n | awk '{print $1, $2}' | sort | uniq -c | sort -rn | head",
    moved_by=("proc.cmdline", "sysctl[fs.nr_open]"),
    attributes=(Resource.FILES, Resource.SOCKETS),
)


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the one count.

    Raises:
        ValueError: Not a whole number.
    """
    count = text.strip()
    if not (count.isascii() and count.isdigit()):
        raise ValueError(f"The count of /proc/{origin.key}/fd should be a whole number, and is {text[:80]!r}.")
    return [Reading(FDS.name, int(count))]


COLLECTOR: Final = Collector(
    name="proc.pid.fd",
    read=PerProcess(file="fd", count=True),
    metrics=(FDS,),
    parse=parse,
    adds="open files and sockets of every program: leaks",
    needs="root for other users' processes",
)
