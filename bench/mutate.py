"""Mutations of recorded bytes: those that break parsers of text, of figures, of tables, and of frames with lengths."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
NUMBERS = (
    b"0", b"-1", b"-0", b"1", b"255", b"65536", b"2147483648", b"-2147483649", b"4294967296", b"9223372036854775808",
    b"18446744073709551615", b"18446744073709551616", b"1e308", b"1e999", b"-1e999", b"nan", b"inf", b"-inf", b"0x10",
    b"1_000", b"007", b".5", b"5.", b"+3", b"", b"9" * 400, b"9" * 5000, "٣".encode(), "²".encode(), b"1,5", b"--",
)  # fmt: skip
PIECES = (
    b"\0", b"\n", b"\n\n", b"\r\n", b"\t", b" ", b":", b"=", b",", b"(", b")", b")(", b"/", b"//", b"\\", b'"', b"'",
    b"{", b"}", b"[", b"]", b"[" * 3000, b'{"a":' * 2000, b"<unavailable>", b"N/A", b"-", b"\x1b[31m", b"\xff",
    b"\xf0\x9f", "\u202e".encode(), "\u2028".encode(), b"null", b"true", b"%", b"a" * 5000,
)  # fmt: skip

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, changed one to four times."""
    data = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        data = chance.choice(MUTATIONS)(chance, data, seeds)
    return data


def _number(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A figure that is none, or larger than any."""
    at = chance.randrange(len(data) + 1)
    match = NUMBER.search(data, at) or NUMBER.search(data)
    return data if match is None else data[: match.start()] + chance.choice(NUMBERS) + data[match.end() :]


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _insert(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(PIECES) + data[at:]


def _noise(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    length = chance.randrange(1, 9)
    return data[:at] + chance.randbytes(length) + data[at + length :]


def _cut(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _remove(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:begin] + data[min(end, begin + 64) :]


def _repeat(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin = chance.randrange(len(data) + 1)
    piece = data[begin : begin + chance.randrange(1, 200)]
    return data[:begin] + piece * chance.choice((2, 2, 3, 50)) + data[begin + len(piece) :]


def _lines(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A table with a row too few, too many, or in another place."""
    lines = data.split(b"\n")
    at, other = (chance.randrange(len(lines)) for _ in range(2))
    match chance.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case _:
            lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _words(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A row with a column too few or too many."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    words = lines[at].split(b" ")
    place = chance.randrange(len(words))
    words[place : place + 1] = chance.choice(([], [words[place]] * 2, [b""], [chance.choice(NUMBERS)]))
    lines[at] = b" ".join(words)
    return b"\n".join(lines)


def _splice(chance: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


MUTATIONS: tuple[Mutation, ...] = (
    _number, _number, _flip, _insert, _noise, _cut, _remove, _repeat, _lines, _words, _splice,
)  # fmt: skip
