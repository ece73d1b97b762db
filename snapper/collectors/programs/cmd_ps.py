"""The processes as `ps` shows them once, before the window: the evidence that people know, and a cross-check.

    PID    PPID CLS RTPRIO  NI STAT WCHAN           ELAPSED     TIME   RSS COMMAND
     17       2 FF       99   - S    smpboot_thread     4101 00:00:00     0 migration/0

It tells what no other source keeps of each process by itself: what it waits in (WCHAN), its class and priority, and how
long it has run. Columns are found by their headings, so that other lists of ps are read as well; of threads (-m) the
process's row counts. What is summed up is not judged: /proc/PID tells it at every tick.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.pid_cmdline import program_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_gauge = partial(
    Metric,
    kind=Kind.GAUGE,
    role=Role.INTERNAL,
    doc="https://man7.org/linux/man-pages/man1/ps.1.html",
)

# fmt: off
_METRICS: Final = (
    _gauge(name="ps.processes", unit="tasks", resource=Resource.TASKS, worse=Worse.NEITHER, labels=("state",),
           title="Processes by state (ps)", next="ps -eo stat,pid,comm",
           help="Processes by the letter of their state: R runs or wants to, S sleeps, D waits in the kernel and is "
                "deaf to signals, T is stopped, Z has ended, I is an idle thread of the kernel."),
    _gauge(name="ps.blocked", unit="tasks", resource=Resource.TASKS, worse=Worse.MORE, labels=("wait channel",),
           title="Processes stuck in the kernel, by what they wait in (ps)", next="ps -eo stat,wchan:32,pid,comm",
           help="Processes in state D by the kernel's function in which they wait. More is worse; the function's "
                "name tells for what: a page from disk, a lock, an answer of a file server."),
    _gauge(name="ps.rss", unit="bytes", resource=Resource.PROGRAM, worse=Worse.MORE, labels=("program",),
           title="Resident memory (ps)", next="ps -eo rss,pid,comm --sort=-rss", alias_of="proc.rss",
           help="ps's RSS, summed over the processes of a program; pages that are shared count for each."),
)
# fmt: on

_COMMANDS: Final = frozenset({"COMMAND", "CMD"})
_STATES: Final = ("STAT", "S")
_STARTED: Final = "STARTED"
_WORDS_OF_STARTED: Final = 5
"""`Wed Jun  5 22:57:04 2013`, the one column that has blanks in it besides the last."""
_NOT_TOLD: Final = "-"
_NUMBER: Final = re.compile(r"[0-9]{1,20}")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of processes by state, and of the blocked ones by wait channel; memory of programs.

    Raises:
        ValueError: No heading with PID and a command, or a row with fewer columns.
    """
    states: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    memory: Counter[str] = Counter()
    for row in _rows(text):
        state = next((row[name][:1] for name in _STATES if name in row), _NOT_TOLD)
        if state != _NOT_TOLD:
            states[state] += 1
        if state == "D" and row.get("WCHAN", _NOT_TOLD) != _NOT_TOLD:
            channels[row["WCHAN"]] += 1
        if "RSS" in row:
            memory[_program_of(row[""])] += _whole(row["RSS"], "RSS") * KIB
    for metric, counts in (("ps.processes", states), ("ps.blocked", channels), ("ps.rss", memory)):
        for instance, count in counts.items():
            yield Reading(metric, count, instance)


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of processes by heading; the command, which may have blanks, is under the empty one."""
    heading, *lines = text.splitlines() or [""]
    names = heading.split()
    if "PID" not in names or names[-1] not in _COMMANDS:
        raise ValueError(f"ps should print a heading with PID that ends in COMMAND, and printed {heading[:80]!r}.")
    at = names.index(_STARTED) if _STARTED in names else len(names)
    names[at : at + 1] = [_STARTED] * _WORDS_OF_STARTED if at < len(names) else []
    for number, line in enumerate(lines, start=2):
        words = line.split(None, len(names) - 1)
        if len(words) < len(names) - 1:
            raise ValueError(f"ps:{number} should have {len(names)} columns, and is {line[:80]!r}.")
        row = dict(zip(names[:-1], words, strict=False))
        if row["PID"] != _NOT_TOLD:
            _whole(row["PID"], "PID")
            yield row | {"": words[-1].strip() if len(words) == len(names) else ""}


def _whole(word: str, column: str) -> int:
    if not _NUMBER.fullmatch(word):
        raise ValueError(f"ps's column {column} should hold whole numbers, and holds {word[:40]!r}.")
    return int(word)


def _program_of(command: str) -> str:
    """The name of a program whose command stands as a name, in brackets, or with its path and arguments.

    >>> _program_of("[kworker/0:0H]"), _program_of("/usr/sbin/nginx -g x"), _program_of("sh <defunct>")
    ('kworker', 'nginx', 'sh')
    """
    name = command.removesuffix(" <defunct>")
    if name.startswith("/"):
        name = name.split(maxsplit=1)[0].rpartition("/")[2]
    name = name.strip("[]")
    return program_of(name, "", kernel_thread="/" in name) or "unknown"


_LIST: Final = "pid,ppid,cls,rtprio,ni,stat,wchan:32,{},time,rss,comm"

COLLECTOR: Final = Collector(
    name="cmd.ps",
    read=Command(
        argv=("ps", "-eo", _LIST.format("etimes")),
        version=("free", "-V"),
        cadence=Cadence.ONCE,
        alternatives=(("ps", "-eo", _LIST.format("etime")),),
    ),
    opt_in="tools",
    metrics=_METRICS,
    parse=parse,
    adds="what every process waits in, its class and its age, as ps shows them",
    needs="ps (package procps); root, to see where processes of others wait",
    judged=False,
)
