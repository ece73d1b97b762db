"""Read what a plan asks for, when it asks for it, and append it to a spool.

The only code that runs on the observed host: one self-contained file, the standard library
of Python >= 3.6 and nothing else, so that it can be sent to a host with nothing installed.

    python3 -I -S recorder.py --spool FILE [--nice N] < plan.json

It knows paths, commands and cadences, nothing of metrics. FILE must not exist yet; "-" is
standard output. Who knows it only later names it in the plan, as "spool".

The plan, as JSON on standard input (`snapper.record.plan.plan_of` puts it together):

    {"format": 1, "root": "/", "interval": 1.0, "ticks": 31, "max_cpu": 0.1, "meta": {}, "reads": [
      {"source", "kind": "file",    "cadence", "path", "max_bytes"},
      {"source", "kind": "files",   "cadence", "patterns": [], "max_bytes", "max_files", "joined"},
      {"source", "kind": "process", "cadence", "file", "count", "largest", "budget", "max_bytes"},
      {"source", "kind": "statvfs", "cadence", "timeout"},
      {"source", "kind": "command", "cadence", "argv": [], "version": [], "alternatives": [[]],
       "largest", "each": [], "where": [], "most", "sockets", "then": [], "stderr", "timeout", "max_bytes"}]}

Where a tick takes more CPU time than `max_cpu` (of one CPU; 0: no limit) leaves it, ticks are left out.

Cadences: "tick", "edges" (before the first tick, after the last), "once" (before), "new" (a process'
file, once for each program that it runs), "window" (a command that runs along). In a recorded tree
(root not "/") commands are files cmd/<source less "cmd.">, or cmd/<that>/<pid or name> where they run
for several, and statvfs is cmd/statvfs/<mount point, "/" as %2F>. What a "window" command with a "then" writes
goes into a file without a name beside the spool; `then` gets it as its input, and what that says is kept.

The spool:

    file   = b"SNAPSPL1" frame*
    frame  = "<cII" (kind, length, crc32 of the payload) + payload, written whole or not at all
    kind H = JSON, the first: format, plan, sources and statuses (records have their index), host
    kind T = the next piece of one zlib stream that goes through all T frames, each ending in a sync
             flush: whole records; one frame for each tick and for what is read before and after them
    kind E = JSON, the last: ended, ticks, duration, pids, gate, cost, coverage; no E: it was cut off
    record = "<HHqIBiII" (source, key length, CLOCK_BOOTTIME ns, took us, status, exit code or -2**31,
             content length, stderr length or 2**32-1) + key (UTF-8) + content + stderr

`recorder.tick` has a record for each tick; `proc.pids` holds the pids alive, when they changed. What
equals the read before it, of the same source and key, is not written again. A file that vanishes is
`absent` once; of a process that is gone nothing is written. Secrets are masked before anything is.

Standard output has a line for each step: `tick 3 31`, `phase tools before`, `phase tools after`.
SIGINT, SIGTERM and SIGHUP end the recording cleanly within about a second, a second one at once.
Exit codes: 0 recorded, 2 no such plan or option, 3 nothing to read, 4 the spool cannot be written.
"""

import contextlib
import errno
import json
import os
import stat
import struct
import sys
import time
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:  # not at run time: importing typing takes a tenth of the whole start
    from typing import IO, Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple, Union

    Plan = Dict[str, Any]
    Result = Tuple[int, bytes, str]  # status, content, why it is not the whole content

MAGIC = b"SNAPSPL1"
FRAME = struct.Struct("<cII")
RECORD = struct.Struct("<HHqIBiII")
PACK = RECORD.pack
FINEST, COARSEST = 10, 16  # bits of a step, see `coarse`
NO_EXIT = -(2**31)
NO_STDERR = 2**32 - 1
STATUSES = ("ok", "absent", "denied", "failed", "timeout", "truncated")
OK, ABSENT, DENIED, FAILED, TIMEOUT, TRUNCATED = range(6)
STATUS_OF = {
    errno.ENOENT: ABSENT, errno.ESRCH: ABSENT, errno.ENODEV: ABSENT, errno.ENXIO: ABSENT,
    errno.ENODATA: ABSENT, errno.EOPNOTSUPP: ABSENT, errno.EACCES: DENIED, errno.EPERM: DENIED,
}  # fmt: skip
TICK, PIDS = "recorder.tick", "proc.pids"

# O_NONBLOCK: /proc/kmsg, a FIFO or trace_pipe must not hold the recorder up.
FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
CHUNK = 32768
PAGE = 4096
SECOND = 10**9
MIB = 2**20
NEVER = 2**63 - 1
KEPT_MOST = 600  # files of processes that stay open at a time
REFRESH = 10  # ticks after which a process that never ran is read all the same: reclaim shrinks it
JOINED_MOST = 16 * MIB  # bytes of files that are read as one text; `max_bytes` is of each
HELD_MOST = 256 * MIB  # bytes that a command may leave for its `then`, and no more than a tenth of what is free
EDGE_BUDGET = 30.0  # seconds for all tools, or all processes' files, of one edge
INTERRUPTED_BUDGET = 0.7  # the same once somebody waits for the end
ONE_SIGNAL = 0.3  # seconds: the terminal and the caller pass on the same Ctrl-C
# Files the kernel writes in one go, so that a short read is all of it (fs/proc/base.c: ONE, not REG).
IN_ONE_PIECE = frozenset(("stat", "statm", "status", "io", "schedstat", "cgroup", "cmdline", "limits", "smaps_rollup"))
# Files of a process where only the kernel's own words and figures stand.
FIGURES = frozenset(("limits", "oom_score_adj", "smaps_rollup", "wchan"))
SEARCH = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
ENVIRONMENT = {"PATH": ":".join(SEARCH), "LC_ALL": "C", "TZ": "UTC", "COLUMNS": "512", "S_COLORS": "never"}
REMOTE = ("nfs", "cifs", "smb", "fuse", "ceph", "9p", "afs", "lustre", "gfs", "ocfs", "beegfs", "virtiofs", "davfs")


def _clock() -> "Callable[[], int]":
    """CLOCK_BOOTTIME in nanoseconds: it goes on while the host is suspended."""
    boottime = getattr(time, "CLOCK_BOOTTIME", 7)  # Python 3.7 has the name, Linux the number
    in_ns = getattr(time, "clock_gettime_ns", None)
    if in_ns is None:
        return lambda: int(time.clock_gettime(boottime) * SECOND)
    from functools import partial

    return partial(in_ns, boottime)


clock = _clock()


class Problem(Exception):
    """What ends the recorder, as a sentence, with its exit code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Spool:
    """Frames in a file, each whole or not there."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._compressor = zlib.compressobj(1)
        self._plain: "List[bytes]" = []
        self._plain_size = 0
        self._packed: "List[bytes]" = []
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self.fd = 1 if path == "-" else os.open(path, flags, 0o600)
        except OSError as error:
            raise self._problem(error) from error
        self._write(MAGIC)

    def put(self, record: bytes) -> None:
        """Add to the frame that `end_frame` will write."""
        self._plain.append(record)
        self._plain_size += len(record)
        if self._plain_size > 2 * CHUNK:  # not all at once: the first tick is a hundred times the others
            self._pack()

    def end_frame(self) -> None:
        self._pack()
        self._packed.append(self._compressor.flush(zlib.Z_SYNC_FLUSH))
        payload = b"".join(self._packed)
        self._packed = []
        self.frame(b"T", payload)

    def frame(self, kind: bytes, payload: bytes) -> None:
        self._write(FRAME.pack(kind, len(payload), zlib.crc32(payload)) + payload)

    def _pack(self) -> None:
        self._packed.append(self._compressor.compress(b"".join(self._plain)))
        self._plain = []
        self._plain_size = 0

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.fd, view) :]
        except OSError as error:
            with contextlib.suppress(OSError):  # a pipe: the reader's checksum will tell it
                os.ftruncate(self.fd, self.size)
            raise self._problem(error) from error
        self.size += len(data)

    def _problem(self, error: OSError) -> Problem:
        return Problem(4, "cannot write the spool {}: {}".format(self.path, error.strerror))


class Source:
    """One read of the plan, and how it has fared so far."""

    def __init__(self, index: int, read: "Dict[str, Any]") -> None:
        self.index = index
        self.read = read
        self.name: "str" = read["source"]
        self.kind: "str" = read["kind"]
        self.cadence: "str" = read["cadence"]
        self.limit: "int" = read.get("max_bytes", 65536)
        self.file: "str" = read.get("file", "")
        self.suffix = "/" + self.file
        self.counts: "bool" = read.get("count", False)
        self.one_piece = self.file in IN_ONE_PIECE
        # What is read at every tick is figures, and looking for secrets there would cost more than reading.
        self.masks = self.cadence != "tick" and self.file not in FIGURES or self.file in ("cmdline", "environ")
        self.is_hashed = self.kind == "process" and self.file not in ("stat", "schedstat")  # which are looked into
        self.keys: "Set[str]" = set()
        self.path = ""
        self.seen = [0] * len(STATUSES)
        self.stored = 0
        self.took = 0
        self.whys: "Dict[int, str]" = {}
        self.version = ""
        self.masked = 0

    def blame(self, status: int, why: str) -> None:
        """Keep the first sentence on each status."""
        self.whys.setdefault(status, why)

    def fail(self, status: int, why: str) -> None:
        """Count a read that has no record of its own."""
        self.seen[status] += 1
        self.blame(status, why)

    def coverage(self) -> "Dict[str, Any]":
        status = self._status()
        whys = [self.whys[bad] for bad in (DENIED, FAILED, TIMEOUT, TRUNCATED, ABSENT) if bad in self.whys]
        return {
            "status": status,
            "reads": sum(self.seen),
            "failed": sum(self.seen) - self.seen[OK],
            "bytes": self.stored,
            "took": self.took / SECOND,
            "why": whys[0] if whys and status != "ok" else "",
            "version": self.version,
            "masked": self.masked,
        }

    def _status(self) -> str:
        """`ok`; `partial`; else what most of its reads had. That one of many keys is not there is no failure."""
        if not self.seen[OK]:
            return STATUSES[self.seen.index(max(self.seen))] if any(self.seen) else "absent"
        bad = sum(self.seen[DENIED:]) + (self.seen[ABSENT] if self.kind == "file" else 0)
        return "partial" if bad else "ok"


def coarse(interval: int) -> int:
    """The bits of a time that are kept, as a mask, for ticks that are so many nanoseconds apart.

    What is below a ten-thousandth of the interval is noise that no compressor can pack: a twelfth of a snapshot. The
    steps are powers of two, 65 us where a tick is a second, and the same for all reads: their order stays.
    """
    return -(1 << min(max(FINEST, (interval // 10000).bit_length() - 1), COARSEST))


class Journal:
    """Writes down what was read, unless it is what was read before."""

    def __init__(self, spool: Spool, interval: int = SECOND) -> None:
        self.spool = spool
        self.coarse = coarse(interval)
        self.mask = Mask()
        self.last: "Dict[Any, Any]" = {}

    def add(
        self, source: Source, key: str, began: int, result: "Result", last: "Optional[Dict[Any, Any]]" = None
    ) -> bool:
        """Note a read that began at `began`; `last` is what its process's files held, if it is of one.

        Returns: Whether it differs from the one before.
        """
        took = clock() - began
        status, content, why = result
        source.took += took
        source.seen[status] += 1
        same: "Any" = source.index
        if last is None:
            last, same = self.last, (source.index, key)
        # 64 bits of a keyed hash stand for a long text: of 5,000 processes, all of them would take 10 MB.
        held: "Any" = hash(content) if source.is_hashed else content
        fresh = held if status == OK else (status, held)
        if last.get(same) == fresh:
            return False
        if source.cadence in ("tick", "edges"):
            last[same] = fresh
        if status:
            source.blame(status, why)
        if source.masks and content:
            content = self.masked(source, content)
        self.write(source.index, key, began, took, status, content)
        source.stored += len(content)
        return True

    def add_run(self, source: Source, key: str, began: int, run: "Outcome") -> None:
        """Note what a tool said."""
        took = clock() - began
        source.took += took
        source.seen[run.status] += 1
        content, stderr = self.masked(source, run.stdout), self.masked(source, run.stderr)
        if run.why:
            source.blame(run.status, self.mask(run.why.encode("utf-8", "replace"))[0].decode("utf-8", "replace"))
        self.write(source.index, key, began, took, run.status, content, run.exit, stderr)
        source.stored += len(content) + len(stderr)

    def masked(self, source: Source, content: bytes) -> bytes:
        content, count = self.mask(content)
        source.masked += count
        return content

    def write(
        self,
        index: int,
        key: str,
        began: int,
        took: int,
        status: int,
        content: bytes,
        code: int = NO_EXIT,
        stderr: "Optional[bytes]" = None,
    ) -> None:
        name = key.encode("ascii") if key.isdecimal() else utf8(key)
        took = took // 1000 if took < 1000 * NO_STDERR else NO_STDERR
        said = NO_STDERR if stderr is None else len(stderr)
        record = PACK(index, len(name), began & self.coarse, took, status, code, len(content), said) + name + content
        self.spool.put(record + stderr if stderr else record)


def utf8(name: str) -> bytes:
    """A file's name as valid UTF-8, whatever the locale: bytes that are none become \\xNN."""
    try:
        return name.encode("ascii")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "backslashreplace").encode("utf-8")


# -- secrets --------------------------------------------------------------------------------------

# What a secret is called, in an option, a variable, a header or a configuration: too much rather than too little.
# Repetitions are bounded and none is nested, so that no text makes them slow.
CALLED = (
    rb"(?:(?<!by)(?<!com)pass(?:w(?:or)?d|phrase|code)?(?![a-z])|pwd(?![a-z])(?!=/)|masterauth|secret"
    rb"|(?<!no)token(?!s\b|s[-_=]|i[sz])|(?:api|access|private|secret|auth|account|encryption)[-_.]?key)"
    rb"(?![\w.-]{0,40}(?:fd|file|path|dir|stdin|prompt|name|type|ttl|timeout|length|policy|limit)\b)[\w.-]{0,40}"
)
CALLED_WORDS = (b"pass", b"pwd", b"masterauth", b"secret", b"token", b"key")
OPTION = rb"(?:^|(?<=[\s\0\"']))--?(?!-|no-|ask-|without-)[\w.-]{0,60}?" + CALLED
HIDDEN = rb"(?!\[masked\])"  # what is masked already is not counted again
WORD = HIDDEN + rb"(\"[^\"\0\n]+\"|'[^'\0\n]+'|[^\s\0\"']+)"
SECRETS = (
    # (words, pattern): the pattern is tried where one of the words occurs; its group is the secret.
    # An argument vector has its arguments apart by NUL, and an argument may hold blanks.
    (CALLED_WORDS, rb"(?i)" + OPTION + rb"(?:=|\0(?!-))" + HIDDEN + rb"([^\0]+)(?=\0)"),
    (CALLED_WORDS, rb"(?i)" + OPTION + rb"[\0 \t]+(?!-)" + WORD),
    (CALLED_WORDS, rb"(?i)" + CALLED + rb"[\"']?[ \t]*(?:=|:(?!//))[ \t]*" + WORD),
    ((b"://",), rb"(?i)[a-z][a-z0-9+.-]{1,20}://[^\s\0/:@\"'<>]{0,200}:" + HIDDEN + rb"([^\s\0\"'<>]+)(?=@)"),
    ((b"://",), rb"(?i)https?://" + HIDDEN + rb"([^\s\0/:@\"'<>?#]{6,200})(?=@)"),
    (
        (b"asset tag",),  # dmidecode's, of a memory module
        rb"(?m)^[ \t]+(?:Serial Number|Asset Tag):[ \t]*(?![ \t]|Not Specified)" + HIDDEN + rb"([^\r\n]+)",
    ),
    (
        (b"authorization", b"cookie"),
        rb"(?i)(?:authorization|cookie)[\"']?[ \t]*[:=][ \t]*[\"']?" + HIDDEN + rb"([^\0\r\n\"']+)",
    ),
    ((b"bearer",), rb"(?i)\bbearer[\s\0]+" + HIDDEN + rb"([\w.~+/=-]{8,})"),
    ((b"akia", b"asia"), rb"\b((?:AKIA|ASIA)[0-9A-Z]{16})\b"),
    ((b"gh", b"github_pat"), rb"\b(gh[a-z]_[A-Za-z0-9]{20,}|github_pat_\w{20,})"),
    ((b"xox", b"xapp"), rb"\b(xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,})"),
    (
        (b"glpat-", b"glrt-", b"gldt-", b"glsoat-", b"glptt-", b"glcbt-", b"npm_", b"hvs.", b"aiza"),
        rb"\b(gl(?:pat|rt|dt|soat|ptt|cbt)-[\w-]{16,}|npm_\w{30,}|hvs\.[\w-]{20,}|AIza[\w-]{30,})",
    ),
    (
        (b"dckr_pat_", b"pypi-", b"shpat_", b"shpss_", b"shpca_", b"_v1_", b"hf_"),
        rb"\b(dckr_pat_[\w-]{20,}|pypi-[\w-]{30,}|shp(?:at|ss|ca)_\w{20,}|do[oprt]_v1_\w{30,}|hf_[A-Za-z0-9]{30,})",
    ),
    ((b"sg.", b"ya29."), rb"\b(SG\.[\w.-]{30,}|ya29\.[\w-]{20,})"),
    ((b"hooks.slack.com/",), rb"(?i)hooks\.slack\.com/[a-z]{4,20}/" + HIDDEN + rb"([^\s\0\"']+)"),
    ((b"sig=", b"signature="), rb"(?i)[?&](?:sig|(?:x-[a-z]{3,4}-)?signature)=" + HIDDEN + rb"([^\s\0&\"']+)"),
    (
        (b"@tcp(", b"@unix(", b"@udp("),  # Go's: me:secret@tcp(db:3306)/shop
        rb"(?i)\b[\w.-]{1,80}:" + HIDDEN + rb"([^\s\0\"']{1,200})(?=@(?:tcp|unix|udp)\()",
    ),
    ((b"sk-", b"sk_", b"rk_"), rb"\b(sk-[\w-]{20,}|[sr]k_(?:live|test)_\w{10,})"),
    ((b"eyj",), rb"\b(eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?)"),
    (
        (b"private key",),
        rb"(?s)-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----" + HIDDEN + rb"(.+?)(?=-----END|\Z)",
    ),
)
SHORT_OPTIONS = (
    # (words, programs, the option that is followed by their secret)
    ((b"mysql", b"mariadb", b"mycli"), rb"mysql(?!d\b)\w*|mariadb[\w-]*|mycli", rb"-p"),
    ((b"mongo", b"sshpass"), rb"mongo\w*|sshpass", rb"-p[\s\0=]?"),
    ((b"login",), rb"login", rb"-p[\s\0=]?(?!-)"),  # docker, podman, helm, az, ...
    ((b"7z", b"rar"), rb"7z[ar]?|(?:un)?rar", rb"-h?p"),
    ((b"zip",), rb"(?:un)?zip", rb"-P[\s\0]?"),
    ((b"sqlcmd", b"bcp", b"mosquitto", b"ipmitool"), rb"sqlcmd|bcp|mosquitto_\w+|ipmitool", rb"-P[\s\0]?"),
    ((b"redis-cli", b"valkey-cli"), rb"(?:redis|valkey)-cli", rb"-a[\s\0]"),
    ((b"ldap",), rb"ldap\w+", rb"-w[\s\0]?"),
    ((b"curl", b"wget"), rb"curl|wget", rb"(?:-u|--user)[\s\0=]?[^\s\0:]{0,200}:"),
    ((b"curl",), rb"curl", rb"(?:-U|--proxy-user)[\s\0=]?[^\s\0:]{0,200}:"),
    ((b"smb", b"rpcclient"), rb"smb\w+|rpcclient", rb"(?:-U|--user)[\s\0=]?[^\s\0%]{0,200}%"),
    ((b"snmp",), rb"snmp(?!d\b|trapd\b)\w+", rb"-c[\s\0]?"),
    ((b"snmp",), rb"snmp(?!d\b|trapd\b)\w+", rb"-A[\s\0]?"),
    ((b"snmp",), rb"snmp(?!d\b|trapd\b)\w+", rb"-X[\s\0]?"),
    ((b"lftp",), rb"lftp", rb"-u[\s\0]?[^\s\0,]{0,200},"),
    ((b"freerdp",), rb"\w{0,6}freerdp\d?", rb"/p:"),
    ((b"sqlplus", b"rman", b"sqlldr", b"expdp", b"impdp"), rb"sqlplus|rman|sqlldr|expdp|impdp", rb"[\w$#.-]{1,80}/"),
    ((b"htpasswd",), rb"htpasswd", rb"-[A-Za-z]{0,5}b[A-Za-z]{0,5}(?:[\s\0]+[^\s\0]{1,400}){2}[\s\0]+"),
)
NOT_THERE = (os.strerror(errno.ENOENT), os.strerror(errno.ENOTDIR))
ATTRIBUTES = ("/sys/", "/proc/sys/")  # no device or pipe lies there, and what nobody may read is refused
DEBUG = "/sys/kernel/debug/"  # but here the kernel lets root read even what nobody may
# Of patterns that may match across lines of a text without NUL, or in another line than the word's.
SPANNING = (b"bearer", b"private key", b"asset tag")
SECRET_FILES = ("secret", "_key", "password", "passwd", "psk")  # of sysctl: stable_secret, tcp_fastopen_key
MASKED_WORDS = frozenset(word for words in [rule[0] for rule in SECRETS + SHORT_OPTIONS] for word in words)
THINNED = b" \t\r\n0123456789"  # most of what tools say, where no word is to be looked for
THIN_WORDS = [(word, word.translate(None, THINNED)) for word in sorted(MASKED_WORDS)]


class Mask:
    """Replaces what looks like a secret by [masked]."""

    SHORT, MOST = 256, 1024  # bytes of a text, and how many such: as many workers of a program say the same
    LONG = 1024  # bytes of a text, of which only some lines need a close look

    def __init__(self) -> None:
        self._clean: "Set[bytes]" = set()  # short texts in which there was nothing to hide
        self._rules: "List[Tuple[Tuple[bytes, ...], Callable[[bytes], Tuple[bytes, int]]]]" = []

    def __call__(self, content: bytes) -> "Tuple[bytes, int]":
        """The content without secrets, and how many there were."""
        if content in self._clean or content.rstrip().isdigit():
            return content, 0
        low = content.lower()
        thin = low.translate(None, THINNED)
        met = {word for word, thinned in THIN_WORDS if thinned in thin and word in low}
        total = 0
        if len(content) > self.LONG and b"\0" not in content and met.isdisjoint(SPANNING):
            content, total = self._hide_in_lines(content, low, met)
        elif met:
            content, total = self._hide(content, met)
        if not total and len(content) <= self.SHORT and len(self._clean) < self.MOST:
            self._clean.add(content)
        return content, total

    def _hide(self, content: bytes, met: "Set[bytes]") -> "Tuple[bytes, int]":
        total = 0
        for words, hide in self._rules or self._compile():
            if not met.isdisjoint(words):
                content, count = hide(content)
                total += count
        return content, total

    def _hide_in_lines(self, content: bytes, low: bytes, met: "Set[bytes]") -> "Tuple[bytes, int]":
        """Try the patterns on the lines where a word occurs: they take a hundred times as long as looking for it."""
        lines: "Dict[Tuple[int, int], Set[bytes]]" = {}
        for word in met:
            at = low.find(word)
            while at >= 0:
                end = low.find(b"\n", at)
                end = len(low) if end < 0 else end
                lines.setdefault((low.rfind(b"\n", 0, at) + 1, end), set()).add(word)
                at = low.find(word, end)
        parts, done, total = [], 0, 0
        for begin, end in sorted(lines):
            line, count = self._hide(content[begin:end], lines[begin, end])
            if count:
                parts += [content[done:begin], line]
                done, total = end, total + count
        return (b"".join((*parts, content[done:])), total) if total else (content, 0)

    def _compile(self) -> "List[Tuple[Tuple[bytes, ...], Callable[[bytes], Tuple[bytes, int]]]]":
        from functools import partial

        self._rules = [(words, _once_met(partial(_plain_rule, pattern))) for words, pattern in SECRETS]
        for words, programs, option in SHORT_OPTIONS:
            self._rules.append((words, _once_met(partial(_program_rule, programs, option))))
        return self._rules


def _once_met(make: "Callable[[], Callable[[bytes], Tuple[bytes, int]]]") -> "Callable[[bytes], Tuple[bytes, int]]":
    """A rule that is compiled when it is first needed: most hosts need few, and all of them take 50 ms."""
    made: "List[Callable[[bytes], Tuple[bytes, int]]]" = []

    def hide(content: bytes) -> "Tuple[bytes, int]":
        if not made:
            made.append(make())
        return made[0](content)

    return hide


def _plain_rule(pattern: bytes) -> "Callable[[bytes], Tuple[bytes, int]]":
    import re
    from functools import partial

    return partial(re.compile(pattern).subn, _hide)


def _program_rule(programs: bytes, option: bytes) -> "Callable[[bytes], Tuple[bytes, int]]":
    import re
    from functools import partial

    program = re.compile(rb"(?<![\w-])(?:" + programs + rb")(?=[\s\0])[^\n]{0,2000}")
    return partial(_hide_behind, program, re.compile(rb"(?<=[\s\0])" + option + HIDDEN + rb"([^\s\0]+)"))


def _hide_behind(program: "Any", secret: "Any", content: bytes) -> "Tuple[bytes, int]":
    """Hide each of a program's secrets, for it may be given several."""
    parts = []
    at = count = 0
    for match in program.finditer(content):
        hidden, found = secret.subn(_hide, match.group(0))
        parts += [content[at : match.start()], hidden]
        at = match.end()
        count += found
    return (b"".join((*parts, content[at:])), count) if count else (content, 0)


def _hide(match: "Any") -> bytes:
    whole: "bytes" = match.group(0)
    offset = match.start()
    return whole[: match.start(1) - offset] + b"[masked]" + whole[match.end(1) - offset :]


def read_whole(
    path: str, limit: int, dir_fd: "Optional[int]" = None, one_piece: bool = False, size: int = PAGE
) -> "Result":
    """A file's content, read at once; with `one_piece` a read of less than `size` is known to be all of it."""
    try:
        fd = os.open(path, FLAGS, dir_fd=dir_fd)
    except OSError as error:
        return refusal(path, error)
    try:
        if one_piece:
            content = os.read(fd, size)
            if len(content) == size:
                content = _rest(fd, content, limit)
        else:
            content = _rest(fd, os.read(fd, CHUNK), limit)
    except OSError as error:
        return refusal(path, error)
    finally:
        os.close(fd)
    if len(content) > limit:
        return TRUNCATED, content[:limit], "{} holds more than {} bytes".format(_full(path), limit)
    return OK, content, ""


def _rest(fd: int, content: bytes, limit: int) -> bytes:
    parts = [content]
    size = len(content)
    while parts[-1] and size <= limit:
        parts.append(os.read(fd, CHUNK))
        size += len(parts[-1])
    return b"".join(parts)


def refusal(path: str, error: OSError) -> "Result":
    """What an error means, and the sentence on it."""
    status = STATUS_OF.get(error.errno or 0, FAILED)
    if error.errno == errno.EINVAL and "/sys/" in _full(path):
        status = ABSENT  # a driver's way to say that it has no such figure now: the speed of a link that is down
    return status, b"", "read {}: {}".format(_full(path), error.strerror)


def _full(path: str) -> str:
    return path if path.startswith("/") else "/proc/" + path


class Tree:
    """The root that is read: this host's, or a recorded one's, which is not to be left by its links."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.live = self.root == "/"
        self.denied: "List[str]" = []  # folders that could not be listed
        # What folders hold, as long as the reads of one edge last: a dozen sources walk the same ones.
        self.listings: "Optional[Dict[Tuple[str, bool], List[Tuple[str, bool]]]]" = None
        self.proc = self._open_proc()
        self._names: "List[str]" = []  # what was in /proc at last, and the pids among that
        self._pids: "List[str]" = []
        # Not so in a recorded /proc, bound over the real one or not, and in another PID namespace's.
        self.own_proc = self.live and self.proc is not None and self._own_number() == os.getpid()

    def join(self, path: str) -> str:
        return os.path.join(self.root, path)

    def resolve(self, path: str) -> str:
        """Where a file is, links followed. OSError where it is no regular file of this tree."""
        real = os.path.realpath(self.join(path))
        if not self.live and not real.startswith(self.root + "/"):
            raise OSError(errno.EPERM, "the link leads out of the tree")
        if not stat.S_ISREG(os.lstat(real).st_mode):
            raise OSError(errno.EBADF, "it is not a regular file")
        return real

    def text(self, path: str, errors: str = "replace") -> str:
        """A small file's text; empty where it cannot be read."""
        try:
            _, content, _ = read_whole(self.resolve(path), MIB)
        except OSError:
            return ""
        return content.decode("utf-8", errors)

    def pids(self) -> "List[str]":
        """Those alive, in their order; the same list as before where they are the same."""
        names = [] if self.proc is None else os.listdir(self.proc)
        if names != self._names:
            self._names = names
            self._pids = sorted([name for name in names if name.isdecimal()], key=int)
        return self._pids

    def own_pids(self) -> "List[int]":
        """The recorder's pid, its caller's, and those of the callers before it in the same session."""
        number = self._own_number() if self.live else 0
        pids: "List[int]" = []
        session = ""
        while number > 1:
            fields = self.text("proc/{}/stat".format(number)).rpartition(")")[2].split()
            if len(fields) < 4 or (len(pids) > 1 and fields[3] != session):
                break
            pids.append(number)
            session = fields[3]
            number = int(fields[1])
        return pids

    def _own_number(self) -> int:
        try:
            return int(os.readlink(self.join("proc/self")))
        except (OSError, ValueError):
            return 0

    def _open_proc(self) -> "Optional[int]":
        try:
            return os.open(self.join("proc"), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            return None

    def is_attribute(self, path: str) -> bool:
        """Whether just trying to read it does no harm, and tells whether it is a file that is there to be read."""
        return self.live and path.startswith(ATTRIBUTES) and not path.startswith(DEBUG) and not is_secret(path)

    def is_readable(self, path: str) -> bool:
        """Whether it is a regular file of this tree that somebody may read; what nobody may is there to be written."""
        try:
            if not self.live:
                self.resolve(path)
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        return stat.S_ISREG(mode) and bool(mode & 0o444)

    def match(self, pattern: str, is_tried: bool = False) -> "Iterator[Tuple[str, str]]":
        """Pairs of key and path of the regular, readable files that a pattern matches.

        With `is_tried` also of attributes that may not be there, or not to be read: looking first would cost as much.
        """
        parts = pattern.split("/")
        first = next((n for n, part in enumerate(parts) if is_wild(part)), len(parts) - 1)
        base = self.join("/".join(parts[:first]))
        for key in self._walk(base, "", parts[first:]):
            path = base + "/" + key
            if is_tried and self.is_attribute(path) or self.is_readable(path):
                yield key, path

    def links(self, pattern: str) -> "Iterator[Tuple[str, str]]":
        """What the first wildcard stands for, where that is a link: its path, and what the link says."""
        parts = pattern.split("/")
        first = next((n for n, part in enumerate(parts) if is_wild(part)), len(parts) - 1)
        base = self.join("/".join(parts[:first]))
        for name, _ in self._entries(base, parts[first], True):
            with contextlib.suppress(OSError):
                yield base + "/" + name, os.readlink(base + "/" + name)

    def names(self, pattern: str) -> "List[str]":
        """What the first wildcard of a pattern stands for, where what is behind it is there; a word as it is."""
        parts = pattern.split("/")
        first = next((n for n, part in enumerate(parts) if is_wild(part)), None)
        if first is None:
            return [pattern]
        base, rest = self.join("/".join(parts[:first])), parts[first + 1 :]
        found = [name for name, _ in self._entries(base, parts[first], True)]
        return [name for name in found if not rest or os.path.exists("/".join([base, name] + rest))]

    def _walk(self, base: str, key: str, parts: "List[str]") -> "Iterator[str]":
        """Paths below `base` that match; folders that are links are followed, but not by `**`."""
        part, rest = parts[0], parts[1:]
        if part == "**":
            yield from self._walk(base, key, rest or ["*"])
            for name, is_folder in self._entries(base + "/" + key, "*", False):
                if is_folder:
                    yield from self._walk(base, key + name + "/", parts)
        elif is_wild(part):
            for name, is_folder in self._entries(base + "/" + key, part, True):
                if rest and is_folder:
                    yield from self._walk(base, key + name + "/", rest)
                elif not rest and not is_folder:
                    yield key + name
        elif rest:
            yield from self._walk(base, key + part + "/", rest)
        else:
            yield key + part

    def _entries(self, folder: str, pattern: str, follow: bool) -> "List[Tuple[str, bool]]":
        """Names in a folder that match, and whether each is a folder; none where there is no such folder."""
        entries = self._listing(folder.rstrip("/"), follow)
        if pattern == "*" or not entries:
            return entries
        head, star, tail = pattern.partition("*")
        if star and not is_wild(head + tail):  # to compile a pattern takes longer than to read what it finds
            least = len(head) + len(tail)
            return [
                entry for entry in entries
                if entry[0].startswith(head) and entry[0].endswith(tail) and len(entry[0]) >= least
            ]  # fmt: skip
        from fnmatch import fnmatchcase

        return [entry for entry in entries if fnmatchcase(entry[0], pattern)]

    def _listing(self, folder: str, follow: bool) -> "List[Tuple[str, bool]]":
        listings = {} if self.listings is None else self.listings
        if (folder, follow) not in listings:
            try:
                with os.scandir(folder) as found:
                    entries = sorted((entry.name, entry.is_dir(follow_symlinks=follow)) for entry in found)
            except OSError as error:
                if STATUS_OF.get(error.errno or 0) == DENIED:
                    self.denied.append(folder)
                return []
            listings[folder, follow] = entries
        return listings[folder, follow]


def is_secret(path: str) -> bool:
    return path.endswith(SECRET_FILES)


def is_wild(part: str) -> bool:
    return "*" in part or "?" in part or "[" in part


class Files:
    """Reads single files, and those that match patterns."""

    def __init__(self, tree: Tree, journal: Journal) -> None:
        self.tree = tree
        self.journal = journal

    def read(self, source: Source) -> None:
        if source.read.get("joined"):
            began = clock()
            self.journal.add(source, "", began, self._read_joined(source))
        elif source.kind == "files":
            self._read_matching(source)
        else:
            began = clock()
            self.journal.add(source, "", began, self._read_one(source))

    def _read_one(self, source: Source) -> "Result":
        path: "str" = source.read["path"]
        if not source.path:
            try:
                source.path = self.tree.resolve(path)
            except OSError as error:
                return refusal(self.tree.join(path), error)
        result = read_whole(source.path, source.limit)
        if result[0] == ABSENT:
            source.path = ""
        return result

    def _read_matching(self, source: Source) -> None:
        keys: "Set[str]" = set()
        most = source.read.get("max_files", 20000)
        for pattern in source.read["patterns"]:
            for key, path in self.tree.match(pattern, True):
                began = clock()
                result = self._content(source, path)
                if result[0] != OK and self._is_none(path, result[2]):
                    continue
                if len(keys) >= most:
                    source.fail(
                        TRUNCATED, "more than {} files match {}; the others were left out".format(most, pattern)
                    )
                    break
                self.journal.add(source, self._key(source, key), began, result)
                keys.add(key)
        for key in source.keys - keys:
            self.journal.add(source, self._key(source, key), clock(), (ABSENT, b"", "read {}: it is gone".format(key)))
        source.keys = keys
        for path in self.tree.denied:
            source.fail(DENIED, "list {}: {}".format(path, os.strerror(errno.EACCES)))
        self.tree.denied = []

    def _is_none(self, path: str, why: str) -> bool:
        """Whether what could not be read is no file that is there to be read."""
        return self.tree.is_attribute(path) and (why.endswith(NOT_THERE) or not self.tree.is_readable(path))

    def _read_joined(self, source: Source) -> "Result":
        """All files that match as one text, each line with its path before it; what cannot be read is left out."""
        root = 0 if self.tree.live else len(self.tree.root)
        patterns: "List[str]" = source.read["patterns"]
        links = dict(link for pattern in patterns for link in self.tree.links(pattern))
        lines = [utf8("{} -> {}\n".format(path[root:], target)) for path, target in links.items()]
        paths = dict.fromkeys(path for pattern in patterns for _, path in self.tree.match(pattern))
        size = 0
        for number, path in enumerate(paths):
            if number >= source.read["max_files"] or size > JOINED_MOST:
                return TRUNCATED, b"".join(lines), "it holds {} of {} files".format(number, len(paths))
            name = utf8(path[root:]) + b":"
            found = b"".join(name + line + b"\n" for line in self._content(source, path)[1].splitlines())
            size += len(found)
            lines.append(found)
        if not paths:
            more = " (nor {} more patterns)".format(len(patterns) - 1) if len(patterns) > 1 else ""
            return ABSENT, b"", "nothing matches /{}{}".format(patterns[0], more)
        return OK, b"".join(lines), ""

    def _content(self, source: Source, path: str) -> "Result":
        if is_secret(path):
            source.masked += 1
            return OK, b"[masked]\n", ""
        # An attribute comes in one piece: of sysfs at most a page (Documentation/filesystems/sysfs.rst); of sysctl what
        # the buffer holds, and of a list of ports no more, however often it is asked for the rest.
        size = PAGE if path.startswith("/sys/") else CHUNK
        return read_whole(path, source.limit, None, path.startswith(ATTRIBUTES), size)

    def _key(self, source: Source, key: str) -> str:
        return key.replace("%2F", "/").replace("%25", "%") if source.read.get("quoted") else key


class Process:
    """What is remembered of one process: what its files held, and what it is."""

    __slots__ = ("fds", "identity", "is_alone", "last", "ran_at", "turn")

    def __init__(self, turn: int) -> None:
        self.fds: "Optional[Dict[int, int]]" = None  # of one that runs at every tick: its open files, by source
        self.ran_at = 0  # the last tick before which it had run
        self.last: "Dict[Any, Any]" = {}
        self.identity: "Optional[Tuple[bytes, bytes]]" = None
        self.is_alone = False
        self.turn = turn

    def identify(self, index: int) -> None:
        """Note from its stat which program of which process this is, and whether it has but one thread."""
        text = self.last[index]
        if not isinstance(text, bytes):
            return
        comm, _, fields = text.rpartition(b")")
        threads, _, began = (fields.split(b" ", 21) + [b""] * 21)[18:21]
        if self.identity is not None and self.identity[1] != began:  # another process has this pid now
            self.last = {index: text}
        self.identity = (comm, began)
        self.is_alone = threads == b"1"

    def is_idle(self, index: int) -> bool:
        """Whether an unchanged schedstat proves that it did not run: it speaks of the main thread alone."""
        return self.is_alone and self.last[index] != b"0 0 0\n"  # what a kernel that keeps no such figures says


class Processes:
    """Reads files of every process."""

    def __init__(self, tree: Tree, journal: Journal, sources: "List[Source]", stop: "Stop") -> None:
        self.tree = tree
        self.journal = journal
        self.stop = stop
        self.pids_index = 0
        # First what tells whether the process ran, then what tells whether it is still the same.
        first = ("schedstat", "stat")
        ticked = [source for source in sources if source.cadence == "tick"]
        self.ticked = sorted(ticked, key=lambda source: first.index(source.file) if source.file in first else 2)
        self.stat_index = next((source.index for source in ticked if source.file == "stat"), -1)
        self.new = [source for source in sources if source.cadence == "new"]
        self.known: "Dict[str, Process]" = {}
        self.pids: "List[str]" = []
        self.gate = Gate.opened() if self.ticked and tree.own_proc else None
        self.gated = 0
        self.tick_number = 0
        self._sized: "Dict[str, bool]" = {}
        self.kept: "Dict[str, Dict[int, int]]" = {}  # the open files of those that run at every tick
        # select(2), which listens to tools, knows 1,024 descriptors, and so many may a process usually have.
        files = min(KEPT_MOST, os.sysconf("SC_OPEN_MAX") - 2 * KEPT_MOST // 3)
        self.most_kept = files // max(1, sum(source.one_piece for source in ticked))
        self.by_size: "List[str]" = []  # the pids by resident size, as long as the reads of one edge last
        self.own: "List[int]" = []  # the recorder and its callers, who are not asked for among the largest

    def tick(self, full: bool) -> None:
        """Read what is due; with `full` also of the processes that have not run."""
        self.tick_number += 1
        pids, known = self.list(), self.known
        ran = self._ran(pids)
        turn = self.tick_number % REFRESH
        due = pids
        if ran is not None:
            for pid in [pid for pid in self.kept if pid not in ran]:
                self._release(pid)
            if not full:
                due = [pid for pid in pids if pid in ran or known[pid].turn == turn]
                self.gated += len(pids) - len(due)
        for pid in due:
            process = known[pid]
            if ran is None:
                self._read(pid, process, process.turn != turn and not full)
            elif pid in ran:
                self._keep(pid, process)
                self._read(pid, process, False)
            elif not self._is_as_it_was(pid, process):
                self._read(pid, process, False)
            if self.stop.count > 1:
                return
        self.ticked = [source for source in self.ticked if any(source.seen)]  # the kernel has no such file
        self.new = [source for source in self.new if any(source.seen)]

    def gate_name(self) -> str:
        """What tells that a process did not run: "taskstats", "schedstat", or nothing does."""
        if self.gate is not None:
            return "taskstats"
        return "schedstat" if {"schedstat", "stat"} <= {source.file for source in self.ticked} else ""

    def edge(self, source: Source, deadline: int) -> None:
        """Read one file of every process, or of the largest, as far as the time allows."""
        if source.read.get("largest"):
            pids = self.largest(source.read["largest"], self.own)
            deadline = min(deadline, clock() + int(source.read["budget"] * SECOND))
        else:
            pids = self.list()
        for done, pid in enumerate(pids):
            if clock() > min(deadline, self.stop.until):
                source.fail(TIMEOUT, "there was time for {} of {} processes".format(done, len(pids)))
                return
            self._take(source, pid, self.known[pid])

    def list(self) -> "List[str]":
        """The pids that are alive, and what is remembered of the others forgotten."""
        began = clock()
        pids = self.tree.pids()
        if pids is not self.pids and pids != self.pids:
            self.pids = pids
            for pid in self.known.keys() - set(pids):
                self._release(pid)
                del self.known[pid]
            for pid in pids:
                if pid not in self.known:
                    self.known[pid] = Process(int(pid) % REFRESH)
            self.journal.write(self.pids_index, "", began, clock() - began, OK, " ".join(pids).encode("utf-8"))
        return pids

    def largest(self, most: int, but: "Sequence[int]") -> "List[str]":
        """The pids of greatest resident size."""
        if not self.by_size:
            sizes = [(self._size(pid), pid) for pid in self.list()]
            self.by_size = [pid for size, pid in sorted(sizes, reverse=True) if size]
        return [pid for pid in self.by_size if int(pid) not in but and pid in self.known][:most]

    def _size(self, pid: str) -> int:
        """Pages that it has in memory: as its stat has it, which the tick just read; before the first, as its statm."""
        stat = self.known[pid].last.get(self.stat_index)
        if isinstance(stat, bytes):
            fields = stat.rpartition(b")")[2].split(b" ", 23)[22:23]
        else:
            fields = read_whole(pid + "/statm", PAGE, self.tree.proc, True)[1].split()[1:2]
        return int(fields[0]) if fields and fields[0].isdigit() else 0

    def _ran(self, pids: "List[str]") -> "Optional[Set[str]]":
        """Those that ran since the tick before; None where that cannot be told."""
        if self.gate is None:
            return None
        ran = self.gate.ran(pids)
        if ran is None:
            self.gate = None
        return ran

    def _is_as_it_was(self, pid: str, process: Process) -> bool:
        """Whether one that did not run is gone, or shows in its stat that nobody did anything to it: reclaim would."""
        for source in self.ticked:
            if source.file == "stat":
                is_there, is_same = self._take(source, pid, process)
                return is_same or not is_there
        return False

    def _read(self, pid: str, process: Process, may_skip: bool) -> None:
        """Read its files; with `may_skip` an unchanged schedstat ends it, if it tells that the process was idle."""
        known = process.identity
        for source in self.ticked:
            is_there, is_same = self._take(source, pid, process)
            if source.file == "schedstat" and self._has_rested(source, pid, process, is_same, may_skip):
                self.gated += 1
                return
            if source.file == "stat":
                if not is_there:
                    return
                if not is_same or process.identity is None:
                    process.identify(source.index)
        if process.identity is None:
            process.identity = (b"", b"")
        if process.identity != known:
            for source in self.new:
                self._take(source, pid, process)

    def _has_rested(self, source: Source, pid: str, process: Process, is_same: bool, may_skip: bool) -> bool:
        """Whether its schedstat says so, and that may end its turn; of one that ran, the files may stay open."""
        if not is_same:
            self._keep(pid, process)
        elif may_skip and process.is_idle(source.index):
            self._release(pid)
            return True
        return False

    def _take(self, source: Source, pid: str, process: Process) -> "Tuple[bool, bool]":
        """Read and note one file: whether it is there, and whether it is the same as before."""
        began = clock()
        if source.counts:
            result = self._count(source, pid)
        elif process.fds is None or not source.one_piece:
            result = read_whole(pid + source.suffix, source.limit, self.tree.proc, source.one_piece)
        else:
            result = self._read_kept(source, pid, process.fds)
        if result[0] == ABSENT:
            return False, False
        return True, not self.journal.add(source, pid, began, result, process.last)

    def _keep(self, pid: str, process: Process) -> None:
        """Leave the files of one that ran before this tick and the one before open: opening them is half of reading.

        What is read from them is what the files opened anew would hold; of a process that is gone it is nothing.
        """
        if process.fds is None and process.ran_at == self.tick_number - 1 > 1 and len(self.kept) < self.most_kept:
            self.kept[pid] = process.fds = {}
        process.ran_at = self.tick_number

    def _release(self, pid: str) -> None:
        fds = self.kept.pop(pid, None)
        if fds is not None:
            self.known[pid].fds = None
            for fd in fds.values():
                os.close(fd)

    def release(self) -> None:
        """Close what was left open."""
        for pid in list(self.kept):
            self._release(pid)

    def _read_kept(self, source: Source, pid: str, fds: "Dict[int, int]") -> "Result":
        """Read a file that stays open, or that will; where that fails, as any other."""
        path = pid + source.suffix
        try:
            if source.index not in fds:
                fds[source.index] = os.open(path, FLAGS, dir_fd=self.tree.proc)
            content = os.pread(fds[source.index], PAGE, 0)
            if len(content) < PAGE and len(content) <= source.limit:
                return OK, content, ""
        except OSError:  # it is gone, and another process may have its number
            pass
        if source.index in fds:
            os.close(fds.pop(source.index))
        return read_whole(path, source.limit, self.tree.proc, True)

    def _count(self, source: Source, pid: str) -> "Result":
        path = pid + source.suffix
        try:
            is_sized = self._is_sized(source)
            number = os.stat(path, dir_fd=self.tree.proc).st_size if is_sized else self._entries(path)
        except NotADirectoryError:  # a recorded tree may hold the number itself
            return read_whole(path, source.limit, self.tree.proc)
        except OSError as error:
            return refusal(path, error)
        return OK, str(number).encode("ascii"), ""

    def _entries(self, path: str) -> int:
        fd = os.open(path, FLAGS | os.O_DIRECTORY, dir_fd=self.tree.proc)
        try:
            return len(os.listdir(fd))
        finally:
            os.close(fd)

    def _is_sized(self, source: Source) -> bool:
        """Whether the kernel gives the number of entries as the folder's size: of fd, since 6.2."""
        if source.file not in self._sized:
            try:
                size = os.stat("self" + source.suffix, dir_fd=self.tree.proc).st_size
            except OSError:
                size = 0
            self._sized[source.file] = self.tree.own_proc and size > 0
        return self._sized[source.file]


class Gate:
    """Tells which processes ran, by one taskstats query each: a quarter of the cost of reading them.

    Needs CAP_NET_ADMIN and the initial PID namespace. The figures compared are those of delay
    accounting, bytes 16 to 80 of struct taskstats, summed over the threads: how often and how long they
    ran or waited. While no thread runs none of them changes, and of the files of /proc only what others
    do to the process: reclaim of its memory, a new priority. Hence REFRESH.
    https://www.kernel.org/doc/html/v6.6/accounting/taskstats.html
    """

    PROTOCOL, CONTROLLER, ERROR = 16, 16, 2  # NETLINK_GENERIC, GENL_ID_CTRL, NLMSG_ERROR
    QUERY = struct.Struct("=IHHIIBBHHH")  # nlmsghdr, genlmsghdr, nlattr
    HEAD = 20  # bytes of the first two
    BATCH = 32  # replies that are sure to fit the socket's buffer
    FIGURES = slice(16, 80)

    def __init__(self) -> None:
        import _socket as socket  # the other one names each of its thousand numbers, for 5 ms

        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, self.PROTOCOL)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 1, 0))
        self._socket.bind((0, 0))
        self._replies: "Dict[str, bytes]" = {}
        self._asked: "List[str]" = []
        self._requests: "Dict[str, bytes]" = {}
        self._batches: "List[Tuple[List[str], bytes]]" = []
        self._family = self._find_family()
        begin, self._header = self._find_figures()
        self._mark = slice(begin - len(self._header), begin)
        self._enough = begin + self.FIGURES.stop  # bytes of a reply that are looked at; the rest is cut off

    @classmethod
    def opened(cls) -> "Optional[Gate]":
        try:
            return cls()
        except (OSError, LookupError, struct.error):
            return None

    def ran(self, pids: "List[str]") -> "Optional[Set[str]]":
        """Those of which it cannot be said that they did not run since the call before; None if the gate broke."""
        try:
            return self._changed(pids)
        except (OSError, LookupError, struct.error):
            self.close()
            return None

    def close(self) -> None:
        self._socket.close()

    def _changed(self, pids: "List[str]") -> "Set[str]":
        """Those whose reply is not what it was.

        A reply names its process and what was asked, so that one that is as before needs no second look.
        """
        batches, changed = self._batches_of(pids), set()
        receive, enough, replies = self._socket.recv, self._enough, self._replies
        for batch, requests in batches:
            self._socket.send(requests)
            for pid in batch:
                reply = receive(enough)
                if replies.get(pid) != reply:
                    changed.add(pid)
                    replies[pid] = reply
                    if reply[self._mark] != self._header or reply[8:12] != struct.pack("=I", int(pid)):
                        self._check_gone(reply, int(pid))
                        del replies[pid]
        return changed

    def _batches_of(self, pids: "List[str]") -> "List[Tuple[List[str], bytes]]":
        """The pids in parts, each with its requests as one message; made anew where other processes are there."""
        if pids != self._asked:
            self._asked = pids
            self._replies = {pid: self._replies[pid] for pid in pids if pid in self._replies}
            self._requests = {pid: self._requests.get(pid) or self._request(int(pid)) for pid in pids}
            parts = [pids[start : start + self.BATCH] for start in range(0, len(pids), self.BATCH)]
            self._batches = [(part, b"".join([self._requests[pid] for pid in part])) for part in parts]
        return self._batches

    def _request(self, pid: int) -> bytes:
        """TASKSTATS_CMD_GET (1) with TASKSTATS_CMD_ATTR_TGID (2); the pid is the sequence number too."""
        return self.QUERY.pack(28, self._family, 1, pid, 0, 1, 1, 0, 8, 2) + struct.pack("=I", pid)

    def _check_gone(self, reply: bytes, pid: int) -> None:
        """ESRCH is the answer for a process that is gone; any other means that the gate cannot be trusted."""
        _, kind, _, sequence, _, code = struct.unpack_from("=IHHIIi", reply)
        if kind != self.ERROR or sequence != pid or code != -errno.ESRCH:
            raise LookupError

    def _find_family(self) -> int:
        """Ask for the family's number: CTRL_CMD_GETFAMILY (3) with CTRL_ATTR_FAMILY_NAME (2)."""
        query = self.QUERY.pack(36, self.CONTROLLER, 1, 0, 0, 3, 1, 0, 14, 2) + b"TASKSTATS\0\0\0"
        self._socket.send(query)
        reply = self._socket.recv(8192)
        begin, end = self._attribute(reply, self.CONTROLLER, 1, self.HEAD, len(reply))  # CTRL_ATTR_FAMILY_ID
        return int.from_bytes(reply[begin:end], sys.byteorder)

    def _find_figures(self) -> "Tuple[int, bytes]":
        """Where struct taskstats begins in a reply, and the header before it, which all replies have there."""
        self._socket.send(self._request(os.getpid()))
        reply = self._socket.recv(8192)
        begin, end = self._attribute(reply, self._family, 5, self.HEAD, len(reply))  # TASKSTATS_TYPE_AGGR_TGID
        begin, end = self._attribute(reply, self._family, 3, begin, end)  # TASKSTATS_TYPE_STATS
        figures = struct.unpack("=8Q", reply[begin:end][self.FIGURES])
        if not figures[0] or not figures[-1]:  # without delay accounting in the kernel they are always 0
            raise LookupError
        return begin, reply[begin - 4 : begin]

    def _attribute(self, message: bytes, kind: int, wanted: int, begin: int, end: int) -> "Tuple[int, int]":
        """Begin and end of an attribute's payload in a message of that kind; LookupError where it has none."""
        while message[4:6] == struct.pack("=H", kind) and begin + 4 <= end:
            length, found = struct.unpack_from("=HH", message, begin)
            if found & 0x3FFF == wanted:
                return begin + 4, begin + length
            begin += max(4, (length + 3) & ~3)
        raise LookupError


class Walk:
    """The kernel's list of the connections of one family and protocol, as far as it was gone through."""

    __slots__ = ("chunks", "family", "groups", "name", "picked", "protocol")

    def __init__(self, family: int, protocol: int, name: str, chunks: "Iterator[memoryview]") -> None:
        self.family, self.protocol, self.name, self.chunks = family, protocol, name, chunks
        # How many there are by state, port and peer: state negative where the port is the peer's, else a listener's.
        self.groups: "Dict[Tuple[int, bytes, bytes], int]" = {}
        self.picked: "List[bytes]" = []  # established ones to ask more of, as the kernel identifies them

    def established(self) -> int:
        return sum(count for key, count in self.groups.items() if abs(key[0]) == 1)


class SocketTable:
    """Asks the kernel for its sockets itself (sock_diag): for a host that has too many for a tool, or lacks the tool.

    Told in lines as ss prints them: of each listener and unconnected UDP socket, with its holder; of a sample of the
    connections, with what they measured (`sampled`: how many one stands for); of all how many there are (`sockets`)
    by state, port and peer. The kernel gives connections in the order of a keyed hash, so what was counted when the
    time was over is about a fair sample. The heading says how many were counted of how many, and how many of these
    repeat what was lost. https://man7.org/linux/man-pages/man7/sock_diag.7.html
    """

    PROTOCOL, ASK = 4, 20  # NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY
    ONE, ALL = 0x1, 0x301  # NLM_F_REQUEST, and NLM_F_DUMP
    ERROR, DONE = 2, 3  # NLMSG_ERROR, NLMSG_DONE
    QUERY = struct.Struct("=IHHIIBBBBI48s")  # nlmsghdr, inet_diag_req_v2
    TOLD = struct.Struct("=IH11xBBB2s2s16s16s16xII4xI")  # nlmsghdr, inet_diag_msg
    IDENTITY = slice(20, 68)  # of the same: inet_diag_sockid
    COUNTED = struct.Struct("=IH11xBBB2s2s16x16s")  # of the same what is counted by
    TCP, UDP = (6, "tcp"), (17, "udp")
    FAMILIES = (2, 10)  # AF_INET, AF_INET6
    STATES = (
        "", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN", "CLOSE-WAIT",
        "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECV",
    )  # fmt: skip
    ESTABLISHED, UNCONNECTED, LISTENING, CONNECTIONS = 1 << 1, 1 << 7, 1 << 10, 0x1B7E  # masks of states
    INFO, ALGORITHM, MEMORY = 2, 4, 7  # INET_DIAG_INFO, INET_DIAG_CONG, INET_DIAG_SKMEMINFO
    DETAILS = sum(1 << (attribute - 1) for attribute in (INFO, ALGORITHM, MEMORY))
    CPU, CPU_FOR_HOLDERS = 0.13, 0.03  # seconds for a read, and of these for finding out who holds the listeners
    SAMPLED = 300  # connections, or a few more
    LINES = 1000  # unconnected sockets of UDP, and groups of connections
    GROUPS = 10000  # that are told apart while they are counted
    FDS = (32, 512)  # of a process that are looked at, first of all and then: a listener is opened early
    BUFFER = 65536

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._began = time.process_time()
        self._served: "Set[bytes]" = set()  # local ports of listeners, as the kernel has them
        self._wanted: "Dict[str, int]" = {}  # inodes of which no holder was found yet, as /proc/PID/fd shows them
        self._holders: "Dict[int, str]" = {}  # inode, and who holds it, as ss says it
        self._places = self._all_places()
        self._counted = 0
        self._repeating = 0

    def read(self, sockets: int) -> "Tuple[str, str]":
        """The table, and what it lacks; `sockets` is how many there are by /proc/net/sockstat.

        OSError where the kernel refuses.
        """
        kinds = ((self.TCP, self.LISTENING), (self.UDP, self.UNCONNECTED))
        listening = [
            (kind[1], message) for kind, states in kinds for family in self.FAMILIES
            for message in self._first(family, kind[0], states, self.LINES if kind == self.UDP else NEVER)
        ]  # fmt: skip
        self._served = {self.TOLD.unpack_from(message)[5] for name, message in listening if name == "tcp"}
        inodes = {self.TOLD.unpack_from(message)[11] for _, message in listening}
        self._wanted = {"socket:[{}]".format(inode): inode for inode in inodes if inode}
        self._find_holders(time.process_time() + self.CPU_FOR_HOLDERS)
        expected = max(0, sockets - sum(name == "tcp" for name, _ in listening))
        walks, is_whole = self._walks(expected)
        self._find_holders(self._began + self.CPU)  # in what time is left
        lines = [self._line(name, message) for name, message in listening]
        for walk in walks:
            messages = list(self._details(walk))
            mark = " sampled:{:.2f}".format(walk.established() / len(messages)) if messages else ""
            lines += [self._line(walk.name, message) + mark for message in messages]
            told = sum(name == walk.name and message[16] == walk.family for name, message in listening)
            lines += self._group_lines(walk, told)
        expected = self._counted if is_whole else max(self._counted, expected)
        heading = "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port counted:{}/{} repeating:{}"
        lines.insert(0, heading.format(self._counted, expected, self._repeating))
        lack = "" if is_whole else "; {} of them were counted in {:.0f} ms of CPU".format(self._counted, self.CPU * 1e3)
        return "\n".join(lines) + "\n", lack

    @contextlib.contextmanager
    def _asking(self) -> "Iterator[Any]":
        import socket

        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, self.PROTOCOL) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 1, 0))
            yield asked

    def _query(self, how: int, family: int, protocol: int, states: int, details: int, identity: bytes = b"") -> bytes:
        return self.QUERY.pack(self.QUERY.size, self.ASK, how, 1, 0, family, protocol, details, 0, states, identity)

    def _chunks(self, family: int, protocol: int, states: int, details: int) -> "Iterator[memoryview]":
        """What the kernel sends, whole messages each; nothing where it has no such protocol."""
        with self._asking() as asked:
            asked.send(self._query(self.ALL, family, protocol, states, details))
            buffer = bytearray(self.BUFFER)
            while True:
                size = asked.recv_into(buffer)
                kind, code = struct.unpack_from("=H10xi", buffer, 4) if size >= 20 else (self.DONE, 0)
                if kind in (self.ERROR, self.DONE):
                    # A kernel without IPv6 or udp_diag; without TCP there is nothing to tell.
                    if code and (family, protocol) != (2, 6) and -code in (errno.ENOENT, errno.EAFNOSUPPORT):
                        return
                    if code:
                        raise OSError(abs(code), os.strerror(abs(code)))
                    return
                yield memoryview(buffer)[:size]

    def _first(self, family: int, protocol: int, states: int, left: int) -> "Iterator[bytes]":
        """The first so many sockets in some states, each with its attributes."""
        for chunk in self._chunks(family, protocol, states, self.DETAILS):
            for at, length in self._messages(chunk):
                if not left:
                    return
                left -= 1
                yield bytes(chunk[at : at + length])

    def _messages(self, chunk: memoryview) -> "Iterator[Tuple[int, int]]":
        """Where each message begins, and its length."""
        at = 0
        while at + self.TOLD.size <= len(chunk):
            length, kind = struct.unpack_from("=IH", chunk, at)
            if kind != self.ASK or length < self.TOLD.size:
                return
            yield at, length
            at += (length + 3) & ~3

    def _details(self, walk: Walk) -> "Iterator[bytes]":
        """What was picked and is still there, each with its attributes."""
        with self._asking() as asked:
            for identity in walk.picked:
                asked.send(self._query(self.ONE, walk.family, walk.protocol, self.ESTABLISHED, self.DETAILS, identity))
                message = asked.recv(self.BUFFER)
                if len(message) >= self.TOLD.size and message[4] == self.ASK:
                    yield message

    def _walks(self, expected: int) -> "Tuple[List[Walk], bool]":
        """All connections in groups, and whether all were counted before the time was over."""
        walks = []
        for (protocol, name), states in ((self.UDP, self.ESTABLISHED | self.UNCONNECTED), (self.TCP, self.CONNECTIONS)):
            for family in self.FAMILIES:
                walks.append(Walk(family, protocol, name, self._chunks(family, protocol, states, 0)))
        waiting = list(walks)
        while waiting and time.process_time() < self._began + self.CPU:
            for walk in waiting[:]:  # in turns: what the time leaves out is of each
                chunk = next(walk.chunks, None)
                if chunk is None:
                    waiting.remove(walk)
                else:
                    if walk.protocol == 6:
                        self._pick(walk, chunk, expected)
                    self._count(walk.groups, chunk)
        return walks, not waiting

    def _pick(self, walk: Walk, chunk: memoryview, expected: int) -> None:
        """Take the first few of a chunk, of each so many that all of them make a sample."""
        most = max(1, self.SAMPLED * len(chunk) // self.TOLD.size // max(1, expected))
        for at, _ in self._messages(chunk):
            if not most:
                return
            if chunk[at + 17] == 1:
                walk.picked.append(bytes(chunk[at : at + self.TOLD.size][self.IDENTITY]))
                most -= 1

    def _count(self, groups: "Dict[Tuple[int, bytes, bytes], int]", chunk: memoryview) -> None:
        """Add what a chunk holds to the groups. This is what takes the time: a message takes 0.4 us, the kernel 0.8."""
        unpack, served, size, at, counted = self.COUNTED.unpack_from, self._served, len(chunk), 0, 0
        while at + 88 <= size:
            length, kind, state, timer, repeated, port, peer_port, peer = unpack(chunk, at)
            if kind != 20 or length < 88:
                break
            at += (length + 3) & ~3
            counted += 1
            if repeated and timer == 1 and state == 1:
                self._repeating += 1
            key = (state, port, peer) if port in served else (-state, peer_port, peer)
            if key in groups:
                groups[key] += 1
            elif len(groups) < self.GROUPS:
                groups[key] = 1
            else:
                key = _without_peer(key)
                groups[key] = groups.get(key, 0) + 1
        self._counted += counted

    def _group_lines(self, walk: Walk, told: int) -> "List[str]":
        """A line for each of the largest groups; the peers of the others are not told.

        Of the unconnected ones (TCP has none here) `told` have a line of their own.
        """
        groups = walk.groups
        unconnected = -self.STATES.index("UNCONN"), bytes(2), bytes(16)
        if unconnected in groups:
            groups[unconnected] = max(0, groups[unconnected] - told)
        for key in sorted(groups, key=lambda key: (-groups[key], key))[self.LINES :]:
            count = groups.pop(key)
            groups[_without_peer(key)] = groups.get(_without_peer(key), 0) + count
        lines = []
        for (state, port, peer), count in groups.items():
            if not count:
                continue
            ports = ("*", self._port(port)) if state < 0 else (self._port(port), "*")
            address = self._address(walk.family, peer) if any(peer) else "*"
            form = "{} {} 0 0 *:{} {}:{} sockets:{}"
            lines.append(form.format(walk.name, self._state(abs(state)), ports[0], address, ports[1], count))
        return lines

    def _state(self, state: int) -> str:
        return self.STATES[state] if 0 < state < len(self.STATES) else "UNKNOWN"

    def _line(self, name: str, message: bytes) -> str:
        """A socket as ss tells of it."""
        _, _, state, _, _, port, peer_port, address, peer, received, sent, inode = self.TOLD.unpack_from(message)
        family = message[16]
        words = [
            name, self._state(state), str(received), str(sent),
            self._address(family, address) + ":" + self._port(port),
            self._address(family, peer) + ":" + self._port(peer_port),
        ]  # fmt: skip
        words += [self._holders[inode]] if inode in self._holders else []
        return " ".join(words + self._measured(message))

    def _measured(self, message: bytes) -> "List[str]":
        found: "Dict[int, bytes]" = {}
        at = self.TOLD.size
        while at + 4 <= len(message):
            length, kind = struct.unpack_from("=HH", message, at)
            if length < 4:
                break
            found[kind & 0x3FFF] = message[at + 4 : at + length]
            at += (length + 3) & ~3
        words = []
        memory, info = found.get(self.MEMORY, b""), found.get(self.INFO, b"")
        if len(memory) >= 36:
            words.append("skmem:(r{},rb{},t{},tb{},f{},w{},o{},bl{},d{})".format(*struct.unpack_from("=9I", memory)))
        words += [word for word in [found.get(self.ALGORITHM, b"").rstrip(b"\0").decode("ascii", "replace")] if word]
        if len(info) >= 104:  # struct tcp_info as of Linux 2.6; what was added later stands behind
            outstanding, trip, variance, window, repeated = struct.unpack_from("=36xI28xII4xI16xI", info)
            words += ["rtt:{:g}/{:g}".format(trip / 1e3, variance / 1e3)] if trip else []
            words += ["cwnd:{}".format(window)]
            words += ["retrans:{}/{}".format(outstanding, repeated)] if repeated else []
        if len(info) >= 192:
            times = zip(("busy", "rwnd_limited", "sndbuf_limited"), struct.unpack_from("=3Q", info, 168))
            words += ["{}:{}ms".format(name, spent // 1000) for name, spent in times if spent]
        return words

    def _address(self, family: int, packed: bytes) -> str:
        import socket

        if family == 2:
            return socket.inet_ntop(socket.AF_INET, packed[:4])
        return "[" + socket.inet_ntop(socket.AF_INET6, packed) + "]"

    def _port(self, port: bytes) -> str:
        return str(int.from_bytes(port, "big") or "*")

    def _find_holders(self, over: float) -> None:
        """Look for whoever holds the listeners, from where it was left until then.

        Of several that hold one it is the process of the lowest pid, but not the first if there is another.
        """
        while self._wanted and time.process_time() < over:
            pid, deep = next(self._places, ("", 0))
            if not pid:
                return
            for number, target in self._descriptors(pid, deep):
                inode = self._wanted.pop(target, 0)
                if inode:
                    self._holders[inode] = 'users:(("{}",pid={},fd={}))'.format(self._comm(pid), pid, number)

    def _all_places(self) -> "Iterator[Tuple[str, int]]":
        pids = self.tree.pids()
        pids = pids[1:] + pids[:1] if pids[:1] == ["1"] else pids
        return ((pid, deep) for deep in self.FDS for pid in pids)

    def _comm(self, pid: str) -> str:
        name = self.tree.text("proc/{}/comm".format(pid))[:-1]
        return "".join(letter if letter.isprintable() and letter not in '"\\' else "?" for letter in name)

    def _descriptors(self, pid: str, most: int) -> "Iterator[Tuple[int, str]]":
        """The first files that a process has open, as far as we may see them, and what they are."""
        missing, most_missing = 0, 3  # a kernel thread has none at all
        for number in range(most):
            try:
                target = os.readlink("{}/fd/{}".format(pid, number), dir_fd=self.tree.proc)
            except OSError as error:
                missing += 1
                if missing > most_missing or error.errno == errno.EACCES:
                    return
            else:
                missing, most_missing = 0, most // 16
                yield number, target


def _without_peer(key: "Tuple[int, bytes, bytes]") -> "Tuple[int, bytes, bytes]":
    return (key[0], b"" if key[0] < 0 else key[1], b"")


class Mounts:
    """Asks statvfs(3) of every mount; remote ones through children, for a dead server hangs its caller for good."""

    FIELDS = ("bsize", "frsize", "blocks", "bfree", "bavail", "files", "ffree", "favail", "flag", "namemax")

    def __init__(self, tree: Tree, journal: Journal) -> None:
        self.tree = tree
        self.journal = journal

    def read(self, source: Source, deadline: int) -> None:
        asked = []
        mounts = self._mounts()
        for point in sorted(mounts):
            began = clock()
            if mounts[point]:
                asked.append((point, began) + self._ask(point))
            else:
                self._note(source, point, began, self._figures(point))
        limit = min(deadline, clock() + int(source.read.get("timeout", 1.0) * SECOND))
        for point, began, child, pipe in asked:
            self._note(source, point, began, self._answer(point, child, pipe, limit))

    def _mounts(self) -> "Dict[str, bool]":
        """Mount points, and whether a server has to be asked. An automounter's are left alone: it would mount."""
        mounts = {}
        for line in self.tree.text("proc/self/mounts", "surrogateescape").splitlines():
            device, point, kind = line.split(" ")[:3]
            if kind != "autofs":
                remote = kind.startswith(REMOTE) or device.startswith("//") or ":/" in device
                mounts[_unescaped(point)] = remote
        return mounts

    def _note(self, source: Source, point: str, began: int, result: "Result") -> None:
        if result[0] != OK or b"f_blocks 0\n" not in result[1]:  # it holds nothing: proc, sysfs, cgroup, ...
            self.journal.add(source, point, began, result)

    def _figures(self, point: str) -> "Result":
        try:
            found = os.statvfs(point)
        except OSError as error:
            return STATUS_OF.get(error.errno or 0, FAILED), b"", "statvfs {}: {}".format(point, error.strerror)
        lines = ["f_{} {}\n".format(field, getattr(found, "f_" + field)) for field in self.FIELDS]
        return OK, "".join(lines).encode("ascii"), ""

    def _ask(self, point: str) -> "Tuple[int, int]":
        """The pid of a child that asks, and the pipe that it answers on."""
        read_end, write_end = os.pipe()
        child = os.fork()
        if child:
            os.close(write_end)
            return child, read_end
        try:
            status, content, why = self._figures(point)
            os.write(write_end, bytes([status]) + (content or why.encode("utf-8", "replace")))
        finally:
            os._exit(0)  # whatever happens, for what comes next is the parent's

    def _answer(self, point: str, child: int, pipe: int, limit: int) -> "Result":
        import select
        import signal

        ready = select.select([pipe], [], [], max(0.0, (limit - clock()) / SECOND))[0]
        answer = os.read(pipe, CHUNK) if ready else b""
        os.close(pipe)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0 if answer else os.WNOHANG)  # one that hangs in the kernel cannot be waited for
        if not answer:
            return TIMEOUT, b"", "statvfs {}: its server did not answer in time".format(point)
        good = answer[0] == OK
        return answer[0], answer[1:] if good else b"", "" if good else answer[1:].decode("utf-8", "replace")


def _unescaped(point: str) -> str:
    """A mount point as /proc/mounts writes it has blanks and the like as octal numbers."""
    parts = point.split("\\")
    return parts[0] + "".join(chr(int(part[:3], 8)) + part[3:] for part in parts[1:])


class Outcome:
    """What a run of a tool came to."""

    def __init__(
        self, status: int, why: str = "", stdout: bytes = b"", stderr: bytes = b"", code: int = NO_EXIT
    ) -> None:
        self.status = status
        self.why = why
        self.stdout = stdout
        self.stderr = stderr
        self.exit = code

    @property
    def is_refused(self) -> bool:
        """Whether it has nothing to say: not there, or it does not know its arguments."""
        return self.status != OK and not self.stdout


class Run:
    """A tool at work, in a session of its own, and what it has said so far."""

    STDERR_LIMIT = 65536

    def __init__(
        self, argv: "Sequence[str]", limit: int, given: "Optional[IO[bytes]]" = None, held: "Optional[IO[bytes]]" = None
    ) -> None:
        """Start it; it reads from `given`, if there is one, and writes into `held` instead of telling us."""
        import subprocess

        self.name = os.path.basename(argv[0])
        self.began = clock()
        self.child = subprocess.Popen(
            argv, bufsize=0, stdin=given or subprocess.DEVNULL, stdout=held or subprocess.PIPE, stderr=subprocess.PIPE,
            env=ENVIRONMENT, cwd="/", start_new_session=True,
        )  # fmt: skip
        self.held = held
        self.limit = _room_in(held) if held else limit
        self.stdout, self.stderr = bytearray(), bytearray()
        self._pipes: "Dict[int, Tuple[bytearray, int]]" = {}
        for pipe, said, most in (
            (self.child.stdout, self.stdout, limit),
            (self.child.stderr, self.stderr, self.STDERR_LIMIT),
        ):
            if pipe is not None:
                self._pipes[pipe.fileno()] = (said, most)
        self.is_over = False  # it said more than it may
        self.was_ended = False  # by us

    def pump(self, seconds: float, stop: "Stop") -> None:
        """Take what it says, waiting that long for it."""
        for fd in stop.wait(seconds, list(self._pipes)):
            said, most = self._pipes[fd]
            chunk = os.read(fd, 65536)
            if not chunk:
                del self._pipes[fd]
            room = most - len(said)
            said += chunk[:room]
            if len(chunk) > room and said is self.stdout:
                self.is_over = True

    def drain(self, stop: "Stop") -> None:
        """Take what has been said already, as far as it is wanted."""
        if self.held and os.fstat(self.held.fileno()).st_size > self.limit:
            self.is_over = True
        size = -1
        while self._pipes and size != len(self.stdout) + len(self.stderr):
            size = len(self.stdout) + len(self.stderr)
            self.pump(0, stop)

    def is_done(self) -> bool:
        """Whether it has ended; it is left unreaped, so that its group's number stays its own."""
        if self.child.returncode is not None:
            return True
        try:
            return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def watch(self, deadline: int, stop: "Stop") -> None:
        """Listen until it has ended, said too much, or the time is up."""
        while not self.is_done() and not self.is_over and clock() < min(deadline, stop.until):
            self.pump(0.1 if self._pipes else 0.005, stop)  # a child of its own may hold the pipes open

    def signal(self, number: int) -> None:
        if self.child.returncode is None:  # once it is reaped, the number may be another's
            with contextlib.suppress(OSError):
                os.killpg(self.child.pid, number)

    def close(self, stop: "Stop") -> None:
        """Kill what is left of its group, take the last it said, reap it."""
        import signal
        import subprocess

        self.was_ended = self.was_ended or not self.is_done()
        self.signal(signal.SIGKILL)
        self.drain(stop)
        with contextlib.suppress(subprocess.TimeoutExpired):  # it hangs in the kernel: nobody can end it
            self.child.wait(1)
        self._pipes = {}
        for pipe in (self.child.stdout, self.child.stderr):
            if pipe is not None:
                pipe.close()

    def outcome(self, why_ended: str) -> Outcome:
        """What it came to; `why_ended` is told where we had to end it, empty if that was meant to be."""
        code = self.child.returncode
        status, why = OK, ""
        first = _first_said(bytes(self.stderr)).decode("utf-8", "replace")
        said = ": " + first if first else ""
        if self.is_over:
            status, why = TRUNCATED, "{} said more than {} bytes".format(self.name, self.limit)
        elif self.was_ended:
            status, why = (TIMEOUT, self.name + why_ended) if why_ended else (OK, "")
        elif code is not None and code < 0:
            status, why = FAILED, "{} was ended by signal {}{}".format(self.name, -code, said)
        elif code and not self.stdout:
            status, why = _refused(first), "{} exited with {}{}".format(self.name, code, said)
        by_itself = code is not None and not (self.was_ended and code < 0)
        return Outcome(status, why, bytes(self.stdout), bytes(self.stderr), code if by_itself else NO_EXIT)


def _room_in(held: "IO[bytes]") -> int:
    """Bytes that may go into a file beside the spool."""
    free = os.fstatvfs(held.fileno())
    return min(HELD_MOST, free.f_bavail * free.f_frsize // 10)


def _first_said(stderr: bytes) -> bytes:
    """The first line that says more than that something is wrong."""
    lines = stderr.strip().split(b"\n")
    return next((line.strip() for line in lines if line.strip().lower() not in (b"", b"error:")), lines[0])


def _refused(said: str) -> int:
    """The status of a tool that failed: it passes on what the kernel told it (strerror)."""
    if "monitoring and observability operations is limited" in said:  # perf puts EACCES in its own words
        return DENIED
    for number in (errno.EOPNOTSUPP, errno.EACCES, errno.EPERM):
        if os.strerror(number) in said:
            return STATUS_OF[number]
    return FAILED


class Tools:
    """Runs commands: at the edges one after the other, or along with the window."""

    def __init__(self, journal: Journal, processes: Processes, stop: "Stop", fill: "Dict[str, str]") -> None:
        self.journal = journal
        self.processes = processes
        self.stop = stop
        self.fill = fill
        self.folder: "Optional[str]" = None  # where a file without a name may be; None: where such files usually are
        self.pids: "List[int]" = []
        self._versions: "Dict[Tuple[str, ...], str]" = {}
        self._running: "List[Tuple[Source, List[List[str]], Run]]" = []

    def edge(self, source: Source, deadline: int) -> None:
        """Run a command, or run it for each of the largest processes or of the names that it is for."""
        for key in self._keys(source):
            self._once(source, key, deadline)

    def _keys(self, source: Source) -> "List[str]":
        """What to run it for; nothing on a host that has no use for it."""
        if self._is_out_of_place(source) or self._is_told(source):
            return []
        largest, each = source.read.get("largest", 0), source.read.get("each", ())
        if largest:
            return self.processes.largest(largest, self.processes.own)
        if not each:
            return [""]
        names = list(dict.fromkeys(name for pattern in each for name in self.processes.tree.names(pattern)))
        most = source.read["most"]
        if not names:
            source.fail(ABSENT, "nothing matches {}".format(" or ".join(each)))
        elif len(names) > most:
            source.fail(TRUNCATED, "it was run for {} of {} names".format(most, len(names)))
        return [name for name in names[:most] if not name.startswith("-")]  # it would be taken for an option

    def _is_out_of_place(self, source: Source) -> bool:
        where, tree = source.read.get("where", ()), self.processes.tree
        is_out = bool(where) and not any(
            tree.names(path) if is_wild(path) else os.path.lexists(tree.join(path)) for path in where
        )
        if is_out:
            source.fail(ABSENT, "there is no /{}".format(" or /".join(where)))
        return is_out

    def _is_told(self, source: Source) -> bool:
        """Whether the kernel itself was asked for its sockets: there are too many for the tool, or it is not there."""
        most: "int" = source.read.get("sockets", 0)
        tree = self.processes.tree
        count = sockets_in(tree.text("proc/net/sockstat") + tree.text("proc/net/sockstat6")) if most else 0
        name = source.read["argv"][0]
        if not most or (count <= most and find_tool(name)):
            return False
        lack = "there are {} sockets, more than {}".format(count, most) if count > most else name + " was not found"
        began = clock()
        try:
            text, left = SocketTable(tree).read(count)
        except (OSError, struct.error) as error:
            if count > most:
                source.fail(TRUNCATED, "{}, and the kernel did not tell of them: {}".format(lack, error))
            return count > most
        why = "{}: only listeners and a sample of the others are told by themselves{}".format(lack, left)
        self.journal.add(source, "", began, (TRUNCATED, text.encode("ascii", "backslashreplace"), why))
        return True

    def start(self, source: Source) -> None:
        """Start a command that runs along with the window."""
        if not self._is_out_of_place(source):
            self._start_next(source, self._vectors(source, ""))

    def pump(self) -> None:
        """Take what the running ones have said; one that did not know its arguments gets its alternative."""
        running, self._running = self._running, []
        for source, vectors, run in running:
            run.drain(self.stop)
            if vectors and run.is_done() and not run.stdout:
                run.close(self.stop)
                if run.outcome("").is_refused:
                    self._start_next(source, vectors)
                    continue
            if run.is_over:
                run.close(self.stop)
            self._running.append((source, vectors, run))

    def finish(self) -> None:
        """Stop what runs along: those that end by themselves just now may, the others are interrupted."""
        import signal

        running, self._running = self._running, []
        running.sort(key=lambda each: each[2].held is not None)  # telling it again takes its time
        soon = clock() + SECOND // 4
        for _, _, run in running:
            if not self.stop.count:
                run.watch(soon, self.stop)
            if not run.is_done():
                run.was_ended = True
                run.signal(signal.SIGINT)
        now = clock()
        for source, _, run in running:
            run.watch(now + int(source.read.get("timeout", 5.0) * SECOND), self.stop)
            is_late = not run.is_done() and not run.is_over
            run.close(self.stop)
            outcome = run.outcome(" did not stop when it was interrupted" if is_late else "")
            if run.held:
                with run.held:
                    outcome = self._retold(source, run.held, outcome)
            self.journal.add_run(source, "", run.began, outcome)

    def _retold(self, source: Source, held: "IO[bytes]", outcome: Outcome) -> Outcome:
        """What a command's `then` makes of what that left; its own outcome where it left nothing."""
        if outcome.status not in (OK, TRUNCATED) or not os.fstat(held.fileno()).st_size:
            return outcome
        held.seek(0)
        again = self._watched(source, source.read["then"], NEVER, held)
        if again.status == OK and outcome.status != OK:
            again.status, again.why = outcome.status, outcome.why
        return again

    def _once(self, source: Source, key: str, deadline: int) -> None:
        began = clock()
        for argv in self._vectors(source, key):
            outcome = self._outcome(source, argv, deadline)
            if not outcome.is_refused:
                break
        if source.read.get("largest") and outcome.is_refused and key not in self.processes.list():
            return  # the process is gone: no failure of the tool's
        self.journal.add_run(source, key, began, outcome)

    def _outcome(self, source: Source, argv: "List[str]", deadline: int) -> Outcome:
        if clock() >= min(deadline, self.stop.until):
            return Outcome(TIMEOUT, "{} was not run: the time for tools was over".format(argv[0]))
        return self._watched(source, argv, deadline)

    def _watched(
        self, source: Source, argv: "List[str]", deadline: int, given: "Optional[IO[bytes]]" = None
    ) -> Outcome:
        began = clock()
        run = self._started(source, argv, given)
        if isinstance(run, Run):
            run.watch(min(deadline, began + int(source.read.get("timeout", 5.0) * SECOND)), self.stop)
            run.close(self.stop)
            outcome = run.outcome(" was ended after {:.1f} s".format((clock() - began) / SECOND))
            if source.read.get("stderr") and outcome.exit == 0 and not outcome.stdout:
                outcome.stdout, outcome.stderr = outcome.stderr, b""
            return outcome
        return run

    def _start_next(self, source: Source, vectors: "List[List[str]]") -> None:
        run: "Union[Run, Outcome]" = Outcome(ABSENT)
        while vectors and isinstance(run, Outcome):
            run = self._started(source, vectors.pop(0), None, bool(source.read.get("then")))
        if isinstance(run, Run):
            self._running.append((source, vectors, run))
        else:
            self.journal.add_run(source, "", clock(), run)

    def _started(
        self, source: Source, argv: "List[str]", given: "Optional[IO[bytes]]" = None, is_held: bool = False
    ) -> "Union[Run, Outcome]":
        """The run, or what came of the attempt to start it."""
        path = find_tool(argv[0])
        if not path:
            return Outcome(ABSENT, "{} was not found on {}".format(argv[0], ":".join(SEARCH)))
        try:
            held = unnamed_file(self.folder) if is_held else None
            run = Run([path] + argv[1:], source.limit, given, held)
        except OSError as error:
            return Outcome(STATUS_OF.get(error.errno or 0, FAILED), "run {}: {}".format(path, error.strerror))
        self.pids.append(run.child.pid)
        return run

    def _vectors(self, source: Source, key: str) -> "List[List[str]]":
        fill = dict(self.fill, pid=key, name=key)
        vectors = [source.read["argv"]] + list(source.read.get("alternatives", ()))
        return [[_filled(word, fill) for word in argv] for argv in vectors]

    def note_version(self, source: Source) -> None:
        """Of a tool that told something, the first line of what prints the version, asked once for all sources."""
        if not source.seen[OK] or clock() >= self.stop.until:
            return
        argv = tuple(source.read.get("version", ()))
        if argv and argv not in self._versions:
            run = self._started(source, list(argv))
            if isinstance(run, Run):
                run.watch(clock() + 2 * SECOND, self.stop)
                run.close(self.stop)
                text = bytes(run.stdout or run.stderr).decode("utf-8", "replace").strip()
                self._versions[argv] = text.split("\n")[0][:200]
        source.version = self._versions.get(argv, "")


def sockets_in(sockstat: str) -> int:
    """How many sockets of the Internet protocols there are, by what /proc/net/sockstat and sockstat6 say."""
    count = 0
    for words in map(str.split, sockstat.splitlines()):
        for name, value in zip(words[1::2], words[2::2]):
            count += int(value) if name in ("inuse", "tw") and value.isdigit() else 0
    return count


def unnamed_file(folder: "Optional[str]") -> "IO[bytes]":
    """A file that nobody else can open (O_TMPFILE, or unlinked at once) and that is gone when we are."""
    import tempfile

    return tempfile.TemporaryFile(dir=folder)


def find_tool(name: str) -> str:
    """The absolute path of a program on the fixed search path; empty where there is none."""
    paths = [name] if "/" in name else [folder + "/" + name for folder in SEARCH]
    return next((path for path in paths if os.path.isfile(path)), "")


def _filled(word: str, fill: "Dict[str, str]") -> str:
    for name, value in fill.items():
        word = word.replace("{" + name + "}", value)
    return word


class Stop:
    """Counts the requests to end the recording, and waits."""

    def __init__(self) -> None:
        import signal

        self.count = 0
        self.until = NEVER  # when everything has to be over
        self._wake, write_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(write_end)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup(1) wants it
                signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        now = clock()
        if not self.count:
            self._first = now  # before the count: a second signal may come in between
            self.until = now + int(INTERRUPTED_BUDGET * SECOND)
            self.count = 1
        elif now - self._first > ONE_SIGNAL * SECOND:
            self.count += 1
            self.until = now

    def sleep(self, until: int) -> None:
        """Sleep until then, or until somebody asks for the end."""
        while not self.count and clock() < until:
            self.wait((until - clock()) / SECOND)

    def wait(self, seconds: float, fds: "Sequence[int]" = ()) -> "List[int]":
        """Wait for any of the descriptors, a signal, or that long; the descriptors that are ready."""
        import select

        ready: "List[int]" = select.select([self._wake, *fds], [], [], max(0.0, seconds))[0]
        if self._wake in ready:
            os.read(self._wake, 64)
            ready.remove(self._wake)
        return ready


class Recorder:
    """Goes through a plan: what is read before, the ticks, what is read after."""

    def __init__(self, plan: "Plan", path: str) -> None:
        self.stop = Stop()
        self.tree = Tree(plan["root"])
        if self.tree.live and self.tree.proc is None:
            raise Problem(3, "/proc cannot be read, so there is nothing to record: mount it (mount -t proc proc /proc)")
        reads = [read if self.tree.live else recorded(read) for read in plan["reads"]]
        names = sorted({read["source"] for read in reads})
        self.sources = [Source(names.index(read["source"]), read) for read in reads]
        self.ticks = int(plan["ticks"])
        self.interval = max(1, round(plan["interval"] * SECOND))
        self.spool = Spool(path)
        self.journal = Journal(self.spool, self.interval)
        self.files = Files(self.tree, self.journal)
        self.processes = Processes(self.tree, self.journal, self._of("process"), self.stop)
        self.mounts = Mounts(self.tree, self.journal)
        self.tools = Tools(self.journal, self.processes, self.stop, self._fill())
        self.tools.folder = None if path == "-" else os.path.dirname(os.path.abspath(path))
        self.tick_index = len(names)
        self.processes.pids_index = len(names) + 1
        self.progress_is_wanted = path != "-"
        self.begins: "List[int]" = []
        self.late = 0
        self.most_cpu = float(plan.get("max_cpu", 0)) * self.interval  # of a tick, in nanoseconds; 0: no matter
        self.stretch = 1  # intervals from the last tick to the next
        self.stretched = 1  # the most that there were
        host = host_facts(self.tree)
        self.processes.own = host["pids"]
        head = {"format": 1, "plan": plan, "sources": names + [TICK, PIDS], "statuses": STATUSES, "host": host}
        self.spool.frame(b"H", json.dumps(head).encode("ascii"))

    def run(self) -> None:
        if self.tree.live and any(source.cadence in ("once", "edges") for source in self.sources):
            self._look_first()
        self._edge(("once", "edges"), "before")
        running = self._of("command", "window")
        for source in running:
            with guarded([source]):
                self.tools.start(source)
        self._tick_through()
        self.processes.release()
        is_interrupted = self.stop.count > 0
        with guarded(running):
            self.tools.finish()
        self._edge(("edges",), "after")
        for source in self._of("command"):
            with guarded([source]):
                self.tools.note_version(source)
        self.spool.frame(b"E", json.dumps(self._end(is_interrupted)).encode("ascii"))
        if self.processes.gate is not None:
            self.processes.gate.close()

    def _of(self, kind: str, cadence: str = "") -> "List[Source]":
        return [source for source in self.sources if source.kind == kind and cadence in ("", source.cadence)]

    def _fill(self) -> "Dict[str, str]":
        seconds = max(1, round(self.interval / SECOND))
        count = max(1, (self.ticks - 1) * self.interval // SECOND // seconds)
        return {"interval": str(seconds), "count": str(count)}

    def _look_first(self) -> None:
        """Sample the host before anything dear is read: what it does now may be over by the first tick.

        The first tick writes all of it again, for the window begins there.
        """
        for source in self.sources:
            if source.cadence == "tick" and source.kind != "process":
                with guarded([source]):
                    self._read(source, NEVER)
        self.spool.end_frame()
        self.journal.last.clear()

    def _edge(self, cadences: "Tuple[str, ...]", name: str) -> None:
        """Read what is due before or after the ticks: files, processes, mounts, then tools."""
        due = [source for source in self.sources if source.cadence in cadences]
        self.tree.listings = {}
        for kinds in (("file", "files"), ("process",), ("statvfs",), ("command",)):
            deadline = clock() + int(EDGE_BUDGET * SECOND)
            if kinds == ("command",):
                self._say("phase tools " + name)
            for source in due:
                if source.kind in kinds and self.stop.count < 2:
                    with guarded([source]):
                        self._read(source, deadline)
        self.tree.listings = None
        self.processes.by_size = []
        self.spool.end_frame()

    def _read(self, source: Source, deadline: int) -> None:
        if source.kind in ("file", "files"):
            self.files.read(source)
        elif source.kind == "process":
            self.processes.edge(source, deadline)
        elif source.kind == "statvfs":
            self.mounts.read(source, deadline)
        else:
            self.tools.edge(source, deadline)

    def _tick_through(self) -> None:
        start = clock()
        number = 0
        while number < self.ticks:
            self.stop.sleep(start + number * self.interval)
            if self.stop.count:
                # Rates over a much shorter step than the others' would be noise.
                if not self.begins or clock() - self.begins[-1] > self.interval // 2:
                    self._tick(True)
                return
            due = min((clock() - start) // self.interval, self.ticks - 1)
            is_late = clock() - start - due * self.interval > self.interval // 10
            self.late += due - number + int(is_late)
            used = time.process_time()
            self._tick(due in (0, self.ticks - 1))
            self._say("tick {} {}".format(due + 1, self.ticks))
            if due:  # the first has everything to write, and says nothing of the others
                self._stretch_for(time.process_time() - used)
            # The last tick is where the window ends.
            number = due + 1 if due == self.ticks - 1 else min(due + self.stretch, self.ticks - 1)

    def _stretch_for(self, used: float) -> None:
        """Let that many intervals pass before the next tick as keep the ticks' CPU time within the budget."""
        if self.most_cpu:
            self.stretch = max(1, -int(-used * SECOND // self.most_cpu))
            self.stretched = max(self.stretched, self.stretch)

    def _tick(self, full: bool) -> None:
        began = clock()
        self.begins.append(began)
        for source in self.sources:
            if source.cadence == "tick" and source.kind != "process":
                with guarded([source]):
                    self._read(source, began + self.interval)
        with guarded(self.processes.ticked):
            if self.processes.ticked or self.processes.new:
                self.processes.tick(full)
        with guarded(self._of("command", "window")):
            self.tools.pump()
        self.journal.write(self.tick_index, "", began, clock() - began, OK, b"")
        self.spool.end_frame()

    def _end(self, is_interrupted: bool) -> "Dict[str, Any]":
        import resource

        own, tools = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return {
            "ended": "interrupted" if is_interrupted else "done",
            "ticks": len(self.begins),
            "duration": (self.begins[-1] - self.begins[0]) / SECOND if self.begins else 0.0,
            "pids": self.tools.pids,
            "gate": self.processes.gate_name(),
            "cost": {
                "cpu": own.ru_utime + own.ru_stime,
                # Not ru_maxrss, which begins with that of the caller who forked us: getrusage(2) keeps it over exec.
                "rss": _kib(self.tree.text("proc/self/status"), "VmHWM:") or own.ru_maxrss * 1024,
                "bytes": self.spool.size,
                "late": self.late,
                "stretched": self.stretched,
                "tools_cpu": tools.ru_utime + tools.ru_stime,
                "gated": self.processes.gated,
            },
            "coverage": {source.name: source.coverage() for source in self.sources},
        }

    def _say(self, line: str) -> None:
        if self.progress_is_wanted:
            try:
                os.write(1, line.encode("ascii") + b"\n")
            except OSError:
                self.progress_is_wanted = False  # nobody listens any more; the recording goes on


@contextlib.contextmanager
def guarded(sources: "List[Source]") -> "Iterator[None]":
    """What goes wrong with these sources, by a fault of ours or a kernel that nobody has met, costs nothing else."""
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        for source in sources:
            source.fail(FAILED, "reading it broke off: {!r}".format(error))


def recorded(read: "Dict[str, Any]") -> "Dict[str, Any]":
    """How a recorded tree holds what is no file on a host."""
    cadence = "edges" if read["cadence"] == "window" else read["cadence"]
    files = dict(read, kind="files", cadence=cadence, max_bytes=read.get("max_bytes", 65536))
    if read["kind"] == "statvfs":
        return dict(files, patterns=["cmd/statvfs/*"], quoted=True)
    if read["kind"] != "command":
        return read
    path = "cmd/" + (read["source"][4:] if read["source"].startswith("cmd.") else read["source"])
    if read.get("largest") or read.get("each"):
        return dict(files, patterns=[path + "/*"])
    return dict(files, kind="file", path=path)


def host_facts(tree: Tree) -> "Dict[str, Any]":
    """What the header says of the host; empty or 0 where it cannot be told."""
    uname = os.uname()
    system = _field(tree.text("etc/os-release") or tree.text("usr/lib/os-release"), "PRETTY_NAME=")
    return {
        "hostname": tree.text("proc/sys/kernel/hostname").strip() or (uname.nodename if tree.live else ""),
        "kernel": tree.text("proc/sys/kernel/osrelease").strip() or (uname.release if tree.live else ""),
        "machine": uname.machine if tree.own_proc else tree.text("proc/sys/kernel/arch").strip(),
        "os": system.strip("\"'"),
        "boot_id": tree.text("proc/sys/kernel/random/boot_id").strip(),
        "boottime": clock(),
        "started": time.time(),
        "utc_offset": time.localtime().tm_gmtoff,
        "cpus": sum(line[3:4].isdigit() for line in tree.text("proc/stat").splitlines() if line[:3] == "cpu"),
        "memory": _kib(tree.text("proc/meminfo"), "MemTotal:"),
        "page_size": os.sysconf("SC_PAGE_SIZE"),
        "clock_ticks": os.sysconf("SC_CLK_TCK"),
        "uid": os.getuid(),
        "capabilities": _field(tree.text("proc/self/status"), "CapEff:"),
        "container": container(tree) if tree.live else "",
        "pids": tree.own_pids(),
    }


def _kib(text: str, name: str) -> int:
    """A size of /proc in bytes; 0 where it is not there."""
    words = _field(text, name).split()
    return int(words[0]) * 1024 if words and words[0].isdigit() else 0


def _field(text: str, name: str) -> str:
    return next((line[len(name) :].strip() for line in text.splitlines() if line.startswith(name)), "")


def container(tree: Tree) -> str:
    """What the recorder itself runs in; empty on a host.

    The marker files also lie in virtual machines made from a container's image, so they count
    only outside the initial PID namespace, whose number is fixed (PROC_PID_INIT_INO).
    """
    control = tree.text("proc/self/cgroup")
    for mark, name in (("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"), ("/lxc", "lxc")):
        if mark in control:
            return name
    try:
        if os.readlink("/proc/self/ns/pid") == "pid:[4026531836]":
            return ""
    except OSError:
        pass
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    marks = (("/.dockerenv", "docker"), ("/run/.containerenv", "podman"))
    return tree.text("run/systemd/container").strip() or next(
        (name for path, name in marks if os.path.exists(path)), ""
    )


USAGE = "usage: recorder.py --spool FILE [--nice N] < plan.json"


def options(argv: "Sequence[str]") -> "Tuple[str, int]":
    given = dict(zip(argv[::2], argv[1::2]))
    path, nice = given.pop("--spool", ""), given.pop("--nice", "0")
    if given or len(argv) % 2 or not nice.isdigit():
        raise Problem(2, USAGE)
    return path, int(nice)


def read_plan() -> "Plan":
    try:
        with open(0, "rb", closefd=False) as stdin:
            plan: "Plan" = json.loads(stdin.read().decode("utf-8"))
        kinds = {read["kind"] for read in plan["reads"]} - {"file", "files", "process", "statvfs", "command"}
        usable = plan["format"] == 1 and plan["ticks"] >= 1 and plan["interval"] > 0 and plan["root"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(2, "the plan on standard input is none: {!r}".format(error)) from error
    if kinds or not usable:
        raise Problem(
            2, "the plan on standard input is of another version than this recorder: send both from one snapper"
        )
    return plan


def main(argv: "Sequence[str]") -> int:
    try:
        path, nice = options(argv)
        plan = read_plan()
        path = plan.pop("spool", path)
        if not path:
            raise Problem(2, USAGE)
        if nice:
            os.nice(nice)
        Recorder(plan, path).run()
    except Problem as problem:
        sys.stderr.write("{}\n".format(problem))
        return problem.code
    return 0


def program() -> None:
    """Run as a program. Imported and called it starts twice as fast as its file does, which is compiled each time."""
    ended = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(ended)  # to clear up takes the interpreter 5 ms, and puts the signals back: a late Ctrl-C would end it


if __name__ == "__main__":
    program()
