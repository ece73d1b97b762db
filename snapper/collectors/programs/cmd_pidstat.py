"""What `pidstat` says of every program along the window: a second opinion on CPU, faults, I/O and switches.

/proc/PID tells the same to a finer measure, so none of this is judged. pidstat lists the processes that did anything
in an interval; who is not listed did nothing. Its first report is of the first interval, not since boot, and counts.

Programs bear the name of their command alone, without the unit or container: pidstat does not tell it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.pid_cmdline import program_of
from snapper.collectors.programs.pidstat_reports import reports_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, MIB, Cadence, Command

_program = partial(
    Metric,
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    labels=("program",),
    doc="https://man7.org/linux/man-pages/man1/pidstat.1.html",
    next="pidstat -u -r -d -w 1 5",
)
_share = partial(_program, unit="ratio")
_flow = partial(_program, unit="bytes/s")
_faults = partial(_program, unit="operations/s")
_switches = partial(_program, unit="switches/s")

# fmt: off
_METRICS: Final = (
    _share(name="pidstat.usr", title="CPU in user mode (pidstat)", alias_of="proc.utime",
           help="pidstat's %usr: CPU in the program's own code, where 100 % is one CPU."),
    _share(name="pidstat.system", title="CPU in kernel mode (pidstat)", alias_of="proc.stime",
           help="pidstat's %system: CPU that the kernel spent for the program, where 100 % is one CPU."),
    _share(name="pidstat.guest", title="CPU of virtual machines (pidstat)",
           help="pidstat's %guest: CPU that the program's virtual processors took, where 100 % is one CPU."),
    _share(name="pidstat.wait", title="Waiting for a CPU (pidstat)", worse=Worse.MORE, alias_of="proc.run_delay",
           help="pidstat's %wait: time that the main thread was ready to run and had no CPU. More is worse."),
    _share(name="pidstat.CPU", title="CPU of a program (pidstat)", worse=Worse.MORE, alias_of="proc.cpu",
           help="pidstat's %CPU: user and kernel together, where 100 % is one CPU."),
    _faults(name="pidstat.minflt", title="Minor faults (pidstat)", alias_of="proc.minflt",
            help="pidstat's minflt/s: faults that needed no disk, a second."),
    _faults(name="pidstat.majflt", title="Major faults (pidstat)", worse=Worse.MORE, alias_of="proc.majflt",
            help="pidstat's majflt/s: faults that had to read from disk or swap, a second. More is worse."),
    _flow(name="pidstat.kB_rd", title="Read from disk (pidstat)", alias_of="proc.read_bytes",
          help="pidstat's kB_rd/s: data that the program had read from disk. Demand."),
    _flow(name="pidstat.kB_wr", title="Written to disk (pidstat)", alias_of="proc.write_bytes",
          help="pidstat's kB_wr/s: data that the program had or will have written to disk. Demand."),
    _flow(name="pidstat.kB_ccwr", title="Writes cancelled (pidstat)", alias_of="proc.cancelled_write_bytes",
          help="pidstat's kB_ccwr/s: data whose writing the program made unnecessary, by truncating a file."),
    _switches(name="pidstat.cswch", title="Main thread's waits (pidstat)", alias_of="proc.voluntary_ctxt_switches",
              help="pidstat's cswch/s: times that the main thread gave up its CPU to wait, a second."),
    _switches(name="pidstat.nvcswch", title="Main thread pushed aside (pidstat)", worse=Worse.MORE,
              alias_of="proc.nonvoluntary_ctxt_switches",
              help="pidstat's nvcswch/s: times that the main thread was taken off its CPU, a second. More is worse."),
)
# fmt: on

_COLUMNS: Final = {
    "%usr": ("pidstat.usr", 0.01),
    "%user": ("pidstat.usr", 0.01),
    "%system": ("pidstat.system", 0.01),
    "%guest": ("pidstat.guest", 0.01),
    "%wait": ("pidstat.wait", 0.01),
    "%CPU": ("pidstat.CPU", 0.01),
    "minflt/s": ("pidstat.minflt", 1),
    "majflt/s": ("pidstat.majflt", 1),
    "kB_rd/s": ("pidstat.kB_rd", KIB),
    "kB_wr/s": ("pidstat.kB_wr", KIB),
    "kB_ccwr/s": ("pidstat.kB_ccwr", KIB),
    "cswch/s": ("pidstat.cswch", 1),
    "nvcswch/s": ("pidstat.nvcswch", 1),
}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the means over all reports, summed over the processes of each program.

    Raises:
        ValueError: As `reports_of`.
    """
    printed = reports_of(text)
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in printed.rows:
        program = _program_of(row.command)
        for column, value in row.values.items():
            sums[column, program] += value
    reports = {column: printed.reports(column) for column, _ in sums}
    for (column, program), total in sums.items():
        metric, unit = _COLUMNS[column]
        yield Reading(metric, total / reports[column] * unit, program)


def _program_of(command: str) -> str:
    """The program's name; threads of the kernel are known by their slash.

    >>> _program_of("kworker/0:1H-kblockd"), _program_of("/usr/sbin/nginx -g daemon off;"), _program_of("Web Content")
    ('kworker', 'nginx', 'Web Content')
    """
    if command.startswith("/"):
        command = command.split(maxsplit=1)[0].rpartition("/")[2]
    return program_of(command, "", kernel_thread="/" in command) or "unknown"


COLLECTOR: Final = Collector(
    name="cmd.pidstat",
    read=Command(
        argv=("pidstat", "-u", "-r", "-d", "-w", "-h", "{interval}", "{count}"),
        version=("iostat", "-V"),
        cadence=Cadence.WINDOW,
        max_bytes=32 * MIB,
    ),
    opt_in="tools",
    metrics=_METRICS,
    parse=parse,
    adds="pidstat's own figures of every program, to check ours against",
    needs="pidstat (package sysstat)",
    judged=False,
)
