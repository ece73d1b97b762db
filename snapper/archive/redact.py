"""Names out of what was read, in place: every text keeps its form, so that it parses and compares as before.

What is redacted: hosts, users, addresses (IPv4, IPv6, MAC), paths, the names and arguments of programs,
units, cgroups and containers. What is left: figures, the names of devices, interfaces, packages and kernel
settings, models and serial numbers of hardware, the label, and words in `KNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from snapper.archive.looks import ASKED, DESCRIBED, LIMITED, NAME, USER, WORD, any_of, is_kernel_thread, name_and_rest
from snapper.archive.read import Read
from snapper.archive.replace import Replacer

LEFT_OUT: Final = frozenset(
    {
        "cmd.journal", "cmd.ps", "cmd.pidstat", "cmd.dump-acct", "cmd.docker", "cmd.crictl", "cmd.nft", "cmd.iptables",
        "cmd.ip6tables", "cmd.lshw", "cmd.perf_script",
    }
)  # fmt: skip
"""Free text, or names in columns, of anybody's making: of these nothing could be promised."""

_VERSIONS: Final = frozenset(
    {
        "cmd.dpkg", "cmd.rpm", "cmd.versions", "cmd.versions.v", "cmd.kernel-config", "etc.os-release", "sys.module",
        "usr.lib.jvm",
    }
)  # fmt: skip
"""Nothing but names and versions of packages and of the kernel's parts; a version can look like an address."""
_FREE: Final = (
    "cmd.dmesg", "cmd.ss", "cmd.pmap", "cmd.systemctl", "cmd.systemd", "cmd.chronyc", "cmd.ntpq", "cmd.ping",
    "cmd.trace", "cmd.findmnt", "cmd.df", "cmd.time", "etc.", "proc.cmdline",
)  # fmt: skip
"""Text in which programs and users are named; elsewhere a program called `store` must not change the kernel's words."""
_CGROUPS: Final = "sys.cgroup."


class Redaction:
    """One snapshot's: first `learn` of all its reads, then `read` each of them."""

    def __init__(self, key: bytes, *, host: str) -> None:
        self.names = Replacer(key)
        self.names.hosts = {name for name in (host, host.partition(".")[0]) if WORD.search(name)} - {"localhost"}
        self._names: dict[str, str] = {}  # whole names, learnt where their place is known → kind
        self._threads: set[str] = set()
        self._learnt = self._host_names = any_of(())

    def learn(self, reads: Iterable[Read]) -> None:
        """Note the names that free text may hold, too, and which processes are threads of the kernel."""
        started: dict[str, str] = {}  # by pid; command lines come before names, for reads are sorted by source
        for read in reads:
            text = _text(read.content)
            if read.source == "proc.pid.cmdline":
                started[read.key] = re.split("[\0 ]", text, maxsplit=1)[0].rpartition("/")[2]
            elif read.source == "proc.pid.stat":
                name, behind = name_and_rest(text)
                if is_kernel_thread(behind):
                    self._threads.add(read.key)
                elif name:
                    self._names[name] = "program"
                    if started.get(read.key, "").startswith(name):
                        self.names.whole[name] = started[read.key]
            elif read.source == "proc.sys" and read.key in {"kernel/hostname", "kernel/domainname"}:
                self.names.hosts |= {word for word in text.split() if WORD.search(word)} - {"localhost", "(none)"}
            elif read.source == "etc.security.limits":
                self._names |= dict.fromkeys(LIMITED.findall(text), "user")
            elif read.source in {"cmd.ping", "cmd.trace"}:
                self.names.hosts |= set(ASKED.findall(text))
            self._names |= dict.fromkeys(re.findall(r"(?<=/home/)[\w.-]+", text), "user")
            self._names |= dict.fromkeys(USER.findall(text), "user")
        self._names = {
            name: kind for name, kind in self._names.items() if len(name) > 2 and not self.names.is_known(name)
        }
        self._names |= dict.fromkeys(self.names.hosts, "host")
        self._learnt, self._host_names = any_of(self._names), any_of(self.names.hosts)

    def read(self, read: Read) -> Read:
        """The same read without names."""
        self.names.source = read.source
        content = _bytes(self._content(read, _text(read.content)))
        stderr = None if read.stderr is None else _bytes(self.text(_text(read.stderr)))
        return read._replace(key=self.key(read.source, read.key), content=content, stderr=stderr)

    def key(self, source: str, key: str) -> str:
        """What tells the reads of one source apart: a mount point, a cgroup's path, a process."""
        self.names.source = source
        if source.startswith(_CGROUPS):
            folder, slash, file = key.rpartition("/")
            return self.names.unit(folder) + slash + file
        if source.startswith("etc."):
            return self.names.words(key)
        return self.names.found(key) if source.startswith("cmd.") or key.startswith("/") else key

    def text(self, text: str) -> str:
        """Free text: addresses, paths and units as they look, and every name that was learnt."""
        return self._learnt.sub(
            self._known_name, USER.sub(lambda match: self.names.user(match[0]), self.names.found(text))
        )

    def _content(self, read: Read, text: str) -> str:
        is_thread = read.key in self._threads
        match read.source:
            case source if source in _VERSIONS:
                return text
            case "proc.pid.cmdline":
                return text if is_thread else "\0".join(map(self.names.argument, text.split("\0")))
            case "proc.pid.stat":
                name, _ = name_and_rest(text)
                return text if is_thread or not name else text.replace(f"({name})", f"({self.names.program(name)})", 1)
            case "proc.pid.status":
                return text if is_thread else NAME.sub(lambda match: self.names.program(match[0]), text)
            case "proc.pid.cgroup":
                return "\n".join(map(self._cgroup_line, text.split("\n")))
            case "cmd.systemctl.units":
                return DESCRIBED.sub(lambda match: match[1] + self.names.words(match[2]), self.text(text))
            case source if source.startswith(_FREE):
                return self.text(text)
            case source if source.startswith(("cmd.", "proc.version")) or read.key.startswith("kernel/"):
                return self._host_names.sub(self._known_name, self.names.found(text))
            case _:
                return self.names.found(text)

    def _cgroup_line(self, line: str) -> str:
        number, controllers, path = (*line.split(":", 2), "", "")[:3] if line.count(":") >= 2 else (line, "", "")
        return f"{number}:{controllers}:{self.names.unit(path)}" if path else line

    def _known_name(self, match: re.Match[str]) -> str:
        name = match[0]
        by_kind = {"host": self.names.host, "user": self.names.user, "program": self.names.program}
        return by_kind[self._names[name]](name)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
