"""What names look like in what a host says: addresses, paths, units, users; nothing here knows what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_KERNEL_THREAD: Final = 0x00200000  # PF_KTHREAD of include/linux/sched.h
_FLAGS: Final = 6  # field 9 of /proc/PID/stat, counted from behind the name
WORD: Final = re.compile(r"[A-Za-z]+")
ID: Final = re.compile(r"(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{32,64}(?![0-9a-f])")
OPTION: Final = re.compile(r"--[A-Za-z][\w.-]*|-X[^=/]*|-[A-Za-z]{1,2}(?![A-Za-z])|-[A-Za-z](?=[A-Za-z])")
ASKED: Final = re.compile(r"(?:PING|traceroute to|tracepath to) ([A-Za-z][\w.-]*)")
LIMITED: Final = re.compile(r"^[ \t]*@?([A-Za-z_][\w.-]*)[ \t]", re.MULTILINE)  # of limits.conf: @group, user
DESCRIBED: Final = re.compile(r"^([ ●]*\S+ +\S+ +\S+ +\S+ +)(.+)$", re.MULTILINE)  # of systemctl list-units
NAME: Final = re.compile(r"(?<=^Name:\t)[^\n]+")
USER: Final = re.compile(
    r"(?<=\buser=)[A-Za-z_][\w.-]*|(?<=\busername=)[A-Za-z_][\w.-]*|(?<=^User=)[^\n]+", re.MULTILINE
)
_MAC: Final = r"(?<![\w:.-])[0-9A-Fa-f]{2}(?P<apart>[:-])(?:[0-9A-Fa-f]{2}(?P=apart)){4}[0-9A-Fa-f]{2}(?![\w:-])"
_IPV6: Final = r"(?<![\w:.])(?=[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*:)[0-9A-Fa-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])"
_IPV4: Final = r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\w)"
_UNIT: Final = (
    r"(?<![\w@.\\/-])[\w@:.\\-]{1,200}\.(?:service|slice|scope|socket|timer|mount|automount|target|swap|path)(?![\w.-])"
)
_PATH: Final = r"(?<![\w/.)\]-])/[^\s\x00\"'`;,|<>(){}\[\]&=]*"
_SERVER: Final = r"(?<![\w.:/=-])(?=[\w.-]*[A-Za-z])[A-Za-z0-9][\w.-]*(?=:/(?!/))"  # of a mount: server:/export
_DOMAIN: Final = (
    r"(?<![\w./@-])(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}"
    r"(?:com|net|org|edu|gov|mil|int|info|biz|io|dev|app|cloud|internal|intern|local|lan|corp|home|intranet|example|test)"
    r"(?![\w-]|\.\w)"
)
_NAMED: Final = r"(?<=\(\(\")[^\"]{1,64}(?=\",pid=)|(?<=\),\(\")[^\"]{1,64}(?=\",pid=)"  # ss: users:(("nginx",pid=1
FINDS: Final = re.compile(
    f"(?P<mac>{_MAC})|(?P<ipv4>{_IPV4})|(?P<ipv6>{_IPV6})|(?P<unit>{_UNIT})|(?P<path>{_PATH})|(?P<program>{_NAMED})"
    f"|(?P<host>{_SERVER}|{_DOMAIN})"
)


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of some names, where it is a word of its own; nothing at all where there is none."""
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])" if words else r"(?!)")


def name_and_rest(stat: str) -> tuple[str, list[str]]:
    """The name and the fields behind it; a name may hold anything, parentheses too."""
    begin, end = stat.find("("), stat.rfind(")")
    return (stat[begin + 1 : end], stat[end + 1 :].split()) if 0 <= begin < end else ("", [])


def is_kernel_thread(behind: list[str]) -> bool:
    """Whether the fields behind the name are those of a thread of the kernel."""
    return len(behind) > _FLAGS and behind[_FLAGS].isdigit() and bool(int(behind[_FLAGS]) & _KERNEL_THREAD)
