"""Each kind of name for its pseudonym, wherever it stands, and how many were replaced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from snapper.archive.known_words import KNOWN
from snapper.archive.looks import FINDS, ID, OPTION, WORD
from snapper.archive.pseudonyms import Pseudonyms

_KERNELS: Final = frozenset({"proc", "sys", "dev"})
"""Folders in which the kernel gives the names."""
_LIBRARY: Final = re.compile(r"(?:lib|ld-)[\w+.-]*\.so(?:\.\d+)*")


class Replacer:
    """Puts pseudonyms under one key in the place of names, and counts them by source and kind."""

    def __init__(self, key: bytes) -> None:
        self.counts: dict[str, Counter[str]] = {}
        """Source → kind → how many were replaced."""
        self.source = ""
        """What is being read."""
        self.hosts: set[str] = set()
        """Names of hosts; nothing in them is a word of everybody's."""
        self.whole: dict[str, str] = {}
        """Names of programs that the kernel cut off → as they were started."""
        self._pseudonyms = Pseudonyms(key)

    def host(self, text: str) -> str:
        """The name of the host itself."""
        return self._replaced("host", text, self._pseudonyms.letters(text)) if text != "localhost" else text

    def found(self, text: str) -> str:
        """Text in which addresses, paths, units and hosts are replaced, by their looks."""
        return FINDS.sub(self._by_its_looks, text)

    def _by_its_looks(self, match: re.Match[str]) -> str:
        found = match[0]
        match match.lastgroup if match.lastgroup != "apart" else "mac":
            case "mac":
                return self._replaced("mac", found, self._pseudonyms.mac(found))
            case "ipv4" if _is(IPv4Address, found):
                return self._replaced("ipv4", found, self._pseudonyms.ipv4(found))
            case "ipv6" if _is(IPv6Address, found):
                return self._replaced("ipv6", found, self._pseudonyms.ipv6(found))
            case "unit":
                return self.unit(found)
            case "path":
                return self._path(found)
            case "program":
                return self.program(found)
            case "host":
                return self._replaced("host", found, self._pseudonyms.letters(found))
            case _:
                return found

    def _path(self, path: str) -> str:
        parts = path.split("/")
        if parts[1] in _KERNELS:
            if parts[:4] == ["", "sys", "fs", "cgroup"]:
                parts[4:] = map(self.unit, parts[4:])
            return self._replaced("path", path, "/".join(parts))
        return self._replaced("path", path, "/".join(map(self._part, parts)))

    def _part(self, part: str) -> str:
        """One component; what looks like an address in it is one."""
        if _is(IPv4Address, part):
            return self._pseudonyms.ipv4(part)
        return part if _LIBRARY.fullmatch(part) else self.words(part)

    def argument(self, argument: str) -> str:
        """One argument of a program: the option's own name stays, all in its value is replaced."""
        option = OPTION.match(argument)
        if option is not None:
            return option[0] + self._argument_value(argument[option.end() :])
        return self._argument_value(argument)

    def _argument_value(self, value: str) -> str:
        pieces = re.split(r"([\s=,;\"'|&<>(){}\[\]]+)", value)
        return "".join(piece if at % 2 else self._piece(piece) for at, piece in enumerate(pieces))

    def _piece(self, piece: str) -> str:
        """What has a form keeps it; of the rest every word is replaced."""
        said, at = [], 0
        for match in FINDS.finditer(piece):
            instead = self._by_its_looks(match)
            said += [self._plain(piece[at : match.start()]), self.words(instead) if instead == match[0] else instead]
            at = match.end()
        return "".join((*said, self._plain(piece[at:])))

    def _plain(self, text: str) -> str:
        return self._replaced("argument", text, self.words(text))

    def program(self, name: str) -> str:
        """The kernel's name for a program, which may be cut off."""
        return self._replaced("program", name, self.words(self.whole.get(name, name))[: len(name)])

    def user(self, name: str) -> str:
        """The name of a user."""
        return self._replaced("user", name, self.words(name))

    def unit(self, name: str) -> str:
        """A unit, a cgroup or its path, a container's id in it."""
        found = ID.sub(
            lambda match: self._replaced("container", match[0], self._pseudonyms.hexadecimal(match[0])), name
        )
        parts = ID.split(found)
        ids = ID.findall(found)
        plain = "".join(part + each for part, each in zip(map(self.words, parts), [*ids, ""], strict=True))
        return self._replaced("unit", found, plain)

    def words(self, text: str) -> str:
        """Every word that is not one of everybody's; as words are told apart in what a name consists of."""
        if text in self.hosts:
            return self._pseudonyms.letters(text)
        return WORD.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        return word if self._is_everybodys(word) else self._pseudonyms.letters(word)

    def is_known(self, name: str) -> bool:
        """Whether it consists of words of everybody's."""
        return all(map(self._is_everybodys, WORD.findall(name)))

    def _is_everybodys(self, word: str) -> bool:
        return word.lower() in KNOWN

    def _replaced(self, kind: str, before: str, after: str) -> str:
        if before != after:
            self.counts.setdefault(self.source, Counter())[kind] += 1
        return after


def _is(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except AddressValueError:
        return False
    return True
