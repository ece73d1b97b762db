"""Which programs ended in the window, how often, how much CPU they had taken, and how many of them failed.

Where process accounting is on, the kernel writes a record of every process as it ends. Runs `tail -f` on the file of
those (/var/log/account/pacct with Debian, /var/account/pacct with Red Hat) along with the window, and then `dump-acct`
on what came. So it sees also what began and ended between two ticks, which /proc never shows.

    sh  |v3| 19.00| 0.00| 60.00| 0| 0| 2592.00| 203456.00| 10305| 10296|     | 0|__ |Fri Nov 27 21:22:36 2026

The columns are command, version, user, system and elapsed time in hundredths of a second, user, group, memory,
characters, pid, parent, flags (F: no exec since the fork, S: root's rights used, D: core dumped, X: a thread was
killed), exit code, terminal, start. With accounting off there is nothing to say. X says nothing of a program that has
threads, which are killed as it ends; so of signals only those that leave a core count as failures.

A command is known by its name alone, which for an interpreter is that of the interpreter.
CPU time is told of what lived no longer than the window was: of others most of it lies before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.pid_cmdline import program_of
from snapper.collectors.text.figures import decimal
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_command = partial(
    Metric, unit="events/s", kind=Kind.GAUGE, resource=Resource.TASKS, labels=("command",),
    doc="https://man7.org/linux/man-pages/man5/acct.5.html", next="lastcomm {instance} | head",
)  # fmt: skip
# fmt: off
_EXITS: Final = _command(
    name="acct.exits", role=Role.WORKLOAD, worse=Worse.NEITHER, title="Processes of a program that ended",
    help="Processes that ended, a second, those included that lived between two ticks. Many short ones cost the CPU "
         "time of starting them, which shows in no process's own account.")
_CPU: Final = _command(
    name="acct.cpu", unit="ratio", role=Role.INTERNAL, worse=Worse.MORE, title="CPU of processes that ended",
    help="CPU time of processes that ended in the window and lived no longer than it, where 100 % is one CPU. More is "
         "more work done by short-lived processes.")
_FAILED: Final = _command(
    name="acct.failed", role=Role.INTERNAL, worse=Worse.MORE, title="Processes of a program that failed",
    help="Processes that ended with another exit code than 0, or left a core, a second. Some programs do that as an "
         "answer (grep, test); more than before is something that fails.")
_ENDED: Final = _command(
    name="acct.records", unit="count", role=Role.INTERNAL, worse=Worse.NEITHER, labels=(),
    title="Processes that ended in the window",
    help="Records of process accounting that were written in the window. It is how much the rates rest on.")
# fmt: on
_MOST: Final = 50
"""Programs that are told apart, those of most CPU time, then of most ends; the others are summed up."""
_OTHERS: Final = "(other programs)"
_BARS: Final = 14
"""In a record of version 3, besides those in the command's name."""
_HUNDREDTH: Final = 0.01
_CORE: Final = "D"


class _Record(NamedTuple):
    command: str
    cpu: float
    """Seconds."""
    elapsed: float
    """Seconds."""
    failed: bool


@dataclass(slots=True)
class _Sum:
    exits: int = 0
    cpu: float = 0.0
    failed: int = 0

    def add(self, other: _Sum) -> None:
        self.exits += other.exits
        self.cpu += other.cpu
        self.failed += other.failed


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield how many processes ended and the rates of each program; none where the window's length is not known.

    Raises:
        ValueError: A line that is no record of version 3.
    """
    sums: dict[str, _Sum] = {}
    for record in _records(text):
        program = program_of(record.command, "", kernel_thread=False) or "unknown"
        cpu = record.cpu if record.elapsed <= origin.seconds else 0.0
        sums.setdefault(program, _Sum()).add(_Sum(1, cpu, int(record.failed)))
    if sums:
        yield Reading(_ENDED.name, sum(total.exits for total in sums.values()))
    if not origin.seconds:
        return
    for program, total in _told(sums).items():
        yield Reading(_EXITS.name, total.exits / origin.seconds, program)
        yield Reading(_CPU.name, total.cpu / origin.seconds, program)
        yield Reading(_FAILED.name, total.failed / origin.seconds, program)


def _told(sums: dict[str, _Sum]) -> dict[str, _Sum]:
    first = sorted(sums, key=lambda program: (-sums[program].cpu, -sums[program].exits, program))
    told = {program: sums[program] for program in first[:_MOST]}
    for program in first[_MOST:]:
        told.setdefault(_OTHERS, _Sum()).add(sums[program])
    return told


def _records(text: str) -> Iterator[_Record]:
    """Read line by line; a name may hold a line's end, and what dump-acct was cut off in is left."""
    begun = ""
    for number, line in enumerate(text[: text.rfind("\n") + 1].split("\n"), start=1):
        begun = f"{begun} {line}" if begun else line
        if begun.count("|") >= _BARS:
            yield _record(begun, number)
            begun = ""
    if begun.strip():
        raise refused("dump-acct", number, begun, f"{_BARS + 1} columns")


def _record(line: str, number: int) -> _Record:
    command, version, user, system, elapsed, *_, flags, code, _, _ = (part.strip() for part in line.rsplit("|", _BARS))
    if version != "v3" or not code.isdecimal():
        raise refused("dump-acct", number, line, "a record of version 3")
    where = f"dump-acct:{number}"
    cpu = decimal(user, where) + decimal(system, where)
    failed = code.strip("0") != "" or _CORE in flags
    return _Record(command, cpu * _HUNDREDTH, decimal(elapsed, where) * _HUNDREDTH, failed)


_FILES: Final = ("var/log/account/pacct", "var/account/pacct")

COLLECTOR: Final = Collector(
    name="cmd.dump-acct",
    read=Command(
        argv=("tail", "-c", "0", "-f", f"/{_FILES[0]}"),
        version=("lastcomm", "--version"),
        cadence=Cadence.WINDOW,
        alternatives=tuple(("tail", "-c", "0", "-f", f"/{file}") for file in _FILES[1:]),
        where=_FILES,
        then=("dump-acct", "/dev/stdin"),
        max_bytes=16 * MIB,
    ),
    metrics=(_ENDED, _EXITS, _CPU, _FAILED),
    parse=parse,
    adds="programs that ended in the window, also between two ticks: how many, their CPU time, how many failed",
    needs="process accounting that is on (accton), dump-acct (package acct or psacct), root",
)
