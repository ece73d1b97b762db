r"""What every process was started as: the half of a program's identity that outlives its pid.

Reads /proc/PID/cmdline: the arguments, each ended by a zero byte. A thread of the kernel has none;
a program may have written over its own, with blanks for zero bytes or a sentence of its choice.

    /usr/bin/python3\0-u\0/srv/api/server.py\0

`program_of` leaves the arguments out, for they differ between two starts of one program, except
for what an interpreter runs: `python server.py`.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.interpreters import family_of, what_it_runs
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, PerProcess

CMDLINE: Final = Metric(
    name="proc.cmdline",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.PROGRAM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Command line",
    help="The arguments that the program was started with; secrets are masked and random ids left out. A changed "
    "heap size, number of workers or log level explains much.",
    doc="https://man7.org/linux/man-pages/man5/proc_pid_cmdline.5.html",
    labels=("program",),
    next="ps -eo pid,args",
)

_COMM_LENGTH: Final = 15
"""TASK_COMM_LEN less its zero byte: the kernel cuts longer names off."""
_LONGEST: Final = 2000  # a Java class path alone can have 100 kB, and a report shows a line

_IRQ: Final = re.compile(r"irq/[0-9]+-(.+)")
_NUMBER: Final = re.compile(r"[-_.:]?[0-9]+$")
_VERSION: Final = re.compile(r"(?<=[A-Za-z])[-_]?v?[0-9]+(?:\.[0-9]+)+$")
_SEPARATE_NUMBER: Final = re.compile(r"(?<=[^-_:#@/ ])[-_:#@/ ]+[0-9]+$")
_NUMBERED_WORKER: Final = re.compile(
    r"((?:worker|thread|pool|child|proc|process|job|task|slave|runner|shard)s?)[0-9]+$", re.IGNORECASE
)
_SECRET: Final = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|(?:api|access|private|encryption)[-_]?key|credential", re.IGNORECASE
)
_IN_ADDRESS: Final = re.compile(r"(://[^\s:/@]*:)[^\s/@]+(?=@)")
_RANDOM: Final = re.compile(r"\b(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def program_of(comm: str, cmdline: str, *, kernel_thread: bool | None = None) -> str:
    r"""Name the program that a process runs, the same for every process and every start of it.

    Args:
        comm: The kernel's name for it (`pid_stat.identify`).
        cmdline: The arguments as read, separated by zero bytes; "" for none.
        kernel_thread: What its flags say (`pid_stat.identify`); None for not known, and then
            a process without arguments passes for one.

    Returns:
        For a thread of the kernel its name up to a slash or number; for an interpreter its name less the
        version and what it runs; else the name less what numbers a worker or a version. Never empty where
        comm is not; what cannot be printed is escaped.

    >>> program_of("kworker/0:1H-kblockd", ""), program_of("python3.11", "python3.11\0-u\0/srv/server.py\0--port\0")
    ('kworker', 'python server.py')
    >>> program_of("nginx", "nginx: worker process"), program_of("worker-12", "./worker-12\0")
    ('nginx', 'worker')
    """
    arguments = _arguments(cmdline)
    if kernel_thread or (kernel_thread is None and not arguments):
        name = _kernel_thread(comm)
    else:
        name = _interpreted(comm, arguments) or _plain(_whole(comm, arguments))
    return _printable(name or comm)


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the command line where it is one: two arguments or more, so no name alone and no title of its own making.

    Any text is somebody's command line, so none is refused.

    >>> parse("mysqld\0--user=mysql\0--password=hunter2\0", Origin())
    [Reading(metric='proc.cmdline', value='mysqld --user=mysql --password=***', instance='')]
    """
    arguments = text.rstrip("\0").split("\0")
    if len(arguments) == 1:
        return []
    line = _printable(_RANDOM.sub("*", " ".join(_masked(arguments))))
    return [Reading(CMDLINE.name, line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")]


def _arguments(cmdline: str) -> list[str]:
    """The arguments; those of a program that wrote blanks between them are taken apart at the blanks."""
    arguments = cmdline.rstrip("\0 ").split("\0")
    return [word for word in arguments[0].split(" ") if word] if len(arguments) == 1 else arguments


def _kernel_thread(comm: str) -> str:
    """The name of a kernel thread, less CPU, device, instance and what it works on just now.

    >>> [_kernel_thread(comm) for comm in ("kworker/u4:0-events_unbound", "kswapd0", "jbd2/vda1-8", "irq/24-pciehp")]
    ['kworker', 'kswapd', 'jbd2', 'irq/pciehp']
    """
    if interrupt := _IRQ.fullmatch(comm):
        return f"irq/{_NUMBER.sub('', interrupt[1])}"
    name, slash, _ = comm.partition("/")
    return name if slash else _NUMBER.sub("", name)


def _interpreted(comm: str, arguments: list[str]) -> str:
    """An interpreter's family and what it runs, or "" for another program.

    One that wrote a title over its arguments is known by the kernel's name for it, and by the title's first word.

    >>> _interpreted("ruby", ["puma:", "cluster", "worker"]), _interpreted("api.py", ["/usr/bin/python3", "api.py"])
    ('ruby puma', 'python api.py')
    """
    if not arguments:
        return family_of(comm)
    if family := family_of(arguments[0].rpartition("/")[2]):
        return f"{family} {what_it_runs(family, arguments[1:])}".rstrip()
    if family := family_of(comm):
        word = re.search(r"[\w.-]+", arguments[0].rstrip("/").rpartition("/")[2])
        return f"{family} {word[0]}" if word else family
    return ""


def _whole(comm: str, arguments: list[str]) -> str:
    """The kernel's name, with the end that it cut off where the first argument still has it.

    >>> _whole("gnome-terminal-", ["/usr/libexec/gnome-terminal-server"]), _whole("sshd", ["sshd-session:", "root"])
    ('gnome-terminal-server', 'sshd')
    """
    path = arguments[0].rpartition("/")[2].rstrip(":") if arguments else ""
    return path if len(comm) >= _COMM_LENGTH and path.startswith(comm) else comm


def _plain(name: str) -> str:
    """A name less its version and its number among its like; digits that belong to the name stay.

    >>> [_plain(name) for name in ("php-fpm8.2", "postgres-15.3", "worker_7", "Worker12", "k3s", "etcd3", "7")]
    ['php-fpm', 'postgres', 'worker', 'Worker', 'k3s', 'etcd3', '7']
    """
    return _NUMBERED_WORKER.sub(r"\1", _SEPARATE_NUMBER.sub("", _VERSION.sub("", name)))


def _masked(arguments: list[str]) -> list[str]:
    """The arguments, with `***` for the value of an option that is named like a secret.

    >>> _masked(["x", "--api-key", "a b", "--token=c", "-DdbPassword=d", "redis://u:e@host/0", "--token", "-v"])
    ['x', '--api-key', '***', '--token=***', '-DdbPassword=***', 'redis://u:***@host/0', '--token', '-v']
    """
    masked: list[str] = []
    secret_next = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        secret = _SECRET.search(name) is not None
        if secret_next and not argument.startswith("-"):
            masked.append("***")
        elif secret and equals:
            masked.append(f"{name}=***")
        else:
            masked.append(_IN_ADDRESS.sub(r"\1***", argument))
        secret_next = secret and not equals and argument.startswith("-")
    return masked


def _printable(text: str) -> str:
    r"""The text with what would move a cursor or end a line written as an escape.

    >>> _printable("a\nb\x1b[2J é")
    'a\\nb\\x1b[2J é'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


COLLECTOR: Final = Collector(
    name="proc.pid.cmdline",
    read=PerProcess(file="cmdline", cadence=Cadence.NEW),
    metrics=(CMDLINE,),
    parse=parse,
    adds="which script an interpreter runs, and with which arguments a program was started",
    needs="/proc mounted without hidepid, or root",
)
