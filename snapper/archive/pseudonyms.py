"""Keyed pseudonyms that keep the shape of what they stand for: a letter for a letter, an address for an address.

Every position is exchanged by a permutation that depends on the key and on all that stands before
it. So the same name is always the same pseudonym, two names are never one, and what two names have
in common at their beginning their pseudonyms have too: a name that the kernel cut off at 15
letters still fits the whole, an address stays in its subnet. The idea is that of Crypto-PAn
(J. Xu et al., "Prefix-preserving IP address anonymization", ICNP 2002).

Without the key nobody can go back; who knows some of the names can tell which others begin alike.
"""

from __future__ import annotations

import hmac
import random
import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from string import ascii_lowercase
from typing import Final

_OCTETS: Final = tuple(range(1, 255))
"""0 and 255 stay: networks, masks and broadcasts keep their form."""
_TAKEN: Final = (0, 10, 100, 127, 169, 172, 192, 198)
"""First octets that hold a range with a meaning; they stay, so that such a range stays one."""
_PUBLIC: Final = tuple(octet for octet in range(1, 224) if octet not in _TAKEN)
_LONGEST: Final = 256
"""Letters on which the next one depends; no name is longer, and what is may have a million."""


class Pseudonyms:
    """Pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._order = lru_cache(2**16)(_order)
        self._named: dict[str, str] = {}

    def letters(self, text: str) -> str:
        """Every letter a to z for another, in its case; digits and all else stay.

        >>> Pseudonyms(b"k").letters("Billing-2") == Pseudonyms(b"k").letters("billing-2").capitalize()
        True
        """
        if text not in self._named:
            self._named[text] = self._other_letters(text)
        return self._named[text]

    def ipv4(self, text: str) -> str:
        """An address for an address of the same class: loopback, private, link-local, multicast, public.

        >>> [Pseudonyms(b"k").ipv4(text) for text in ("127.0.0.1", "0.0.0.0", "255.255.0.0", "224.0.0.251")]
        ['127.0.0.1', '0.0.0.0', '255.255.0.0', '224.0.0.251']
        >>> Pseudonyms(b"k").ipv4("10.1.2.3").startswith("10.")
        True
        """
        octets = [*IPv4Address(text).packed]
        if octets[0] in {0, 127} or octets[0] >= 224:
            return text
        kept = 1 if octets[0] in _TAKEN else 0
        if tuple(octets[:2]) in {(192, 168), (169, 254), (198, 18), (198, 19)} or (
            octets[0] == 172 and 16 <= octets[1] < 32
        ):
            kept = 2
        return ".".join(map(str, self._octets(octets, kept, "4")))

    def ipv6(self, text: str) -> str:
        """An address for an address of the same kind: link-local, unique local, multicast, mapped, global.

        >>> [Pseudonyms(b"k").ipv6(text) for text in ("::", "::1", "ff02::1")]
        ['::', '::1', 'ff02::1']
        >>> Pseudonyms(b"k").ipv6("fe80::42:1").startswith("fe80::")
        True
        """
        address = IPv6Address(text)
        if address.is_unspecified or address.is_loopback or address.is_multicast:
            return text
        if address.ipv4_mapped is not None:
            return f"::ffff:{self.ipv4(str(address.ipv4_mapped))}"
        kept = 2 if address.is_link_local else 1
        return str(IPv6Address(bytes(self._octets([*address.packed], kept, "6"))))

    def mac(self, text: str) -> str:
        """A hardware address for a locally administered one; broadcast, none and multicast stay.

        >>> Pseudonyms(b"k").mac("ff:ff:ff:ff:ff:ff"), Pseudonyms(b"k").mac("00:16:3e:00:00:01")[:3]
        ('ff:ff:ff:ff:ff:ff', '02:')
        """
        octets = [int(octet, 16) for octet in re.split("[:-]", text)]
        if octets[0] & 1 or not any(octets):
            return text
        digest = hmac.digest(self._key, bytes(octets), "sha256")
        found = text[2].join(f"{octet:02x}" for octet in (2, *digest[: len(octets) - 1]))
        return found.upper() if text.isupper() else found

    def hexadecimal(self, text: str) -> str:
        """Random digits for random digits, such as a container's id; its first digits stand for the same ones."""
        state, found = self._begin("digit"), []
        for digit in text:
            found.append(f"{self._order(state, 16)[int(digit, 16)]:x}")
            state = _next(state, digit)
        return "".join(found)

    def _other_letters(self, text: str) -> str:
        state, found = self._begin("letter"), []
        for place, letter in enumerate(text):
            low = letter.lower()
            number = ascii_lowercase.find(low)
            if number >= 0:
                other = ascii_lowercase[self._order(state, 26)[number]]
                letter = other.upper() if letter.isupper() else other  # noqa: PLW2901
            found.append(letter)
            if place < _LONGEST:
                state = _next(state, low)
        return "".join(found)

    def _octets(self, octets: list[int], kept: int, kind: str) -> list[int]:
        state, found = self._begin(kind), []
        for place, octet in enumerate(octets):
            among = self._among(octets, place, kind)
            is_kept = place < kept or octet not in among
            found.append(octet if is_kept else among[self._order(state, len(among))[among.index(octet)]])
            state = _next(state, str(octet))
        return found

    def _among(self, octets: list[int], place: int, kind: str) -> tuple[int, ...]:
        """The octets that may stand there without making another class of it."""
        if kind == "6" or place > 1:
            return _OCTETS
        if place == 0:
            return _PUBLIC
        closed = {172: range(16, 32), 192: (0, 168), 169: (254,), 198: (18, 19, 51), 100: range(64, 128)}
        mine = closed.get(octets[0], ())
        if octets[1] in mine and octets[0] == 100:
            return tuple(mine)
        return tuple(octet for octet in _OCTETS if octet not in mine)

    def _begin(self, kind: str) -> bytes:
        return hmac.digest(self._key, kind.encode(), "sha256")


def _next(state: bytes, symbol: str) -> bytes:
    """What stands for all that was read so far, with one more."""
    return hmac.digest(state, symbol.encode("utf-8", "surrogateescape"), "sha256")


def _order(state: bytes, count: int) -> list[int]:
    """A permutation of 0 to count - 1."""
    found = [*range(count)]
    random.Random(state).shuffle(found)  # noqa: S311 - seeded by an HMAC, which nobody can undo
    return found
