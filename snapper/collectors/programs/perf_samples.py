r"""What `perf script` prints: the samples of a profile, each with the call stack that a CPU was in.

Here is the one reader of that text. A stack is no number over time, so it makes no series: `cmd_perf_script` yields
how many samples there were, and `snapper.analyze` asks for the samples themselves, as it asks for the events of a log.

    orders  1816 11789.962516:
    \t           f8350 __GI___libc_write (/usr/lib/x86_64-linux-gnu/libc.so.6)
    \t            132a main (/srv/orders)

A blank line ends a sample; the function that was running stands first, who called it below. A program may call itself
anything, so that its name is taken to be whatever stands before the process number and the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

NAME_LIMIT: Final = 200
"""Characters of a function's name: templates of C++ come to thousands, and tell themselves apart at the beginning."""

_COMM_LIMIT: Final = 64
"""Characters before a sample's number: TASK_COMM_LEN is 16 bytes, each of which may be printed as an escape of four."""

_KERNEL: Final = 1 << 63
"""Addresses from here on are the kernel's on every 64-bit machine but s390, where the image's name tells it."""

_HEAD: Final = re.compile(r"(?s)(.*?)(?<! ) ++(-?[0-9]{1,10}) ++([0-9]{1,12}\.[0-9]{1,9}): ?")
_FRAME: Final = re.compile(r"\s+([0-9a-f]{1,16}) (.*)")
_IMAGE: Final = re.compile(r"(.*) \(((?:[^()]|\([^()]*\))*)\)")
_JIT: Final = re.compile(r"\[JIT\] tid [0-9]+|/tmp/perf-[0-9]+\.map|perf-[0-9]+\.map")
_IDLE: Final = re.compile(r"idle|halt|mwait|^\[")
"""Functions in which a CPU waits for work; without the kernel's symbols only its image is known."""


class Frame(NamedTuple):
    """One function of a call stack."""

    name: str
    """As its symbol has it; where there is none, the image in brackets."""
    image: str
    """The file's name that it is in: "libc.so.6", "[kernel.kallsyms]"; "" where that is not known."""
    kernel: bool


class Sample(NamedTuple):
    """What one CPU did at one moment."""

    comm: str
    pid: int
    seconds: float
    """By perf's clock, which begins somewhere."""
    stack: tuple[Frame, ...]
    """The outermost caller first. Empty where perf could not tell."""

    @property
    def is_idle(self) -> bool:
        """Whether the CPU had nothing to do. An interrupt that came meanwhile is work."""
        return self.pid == 0 and (not self.stack or bool(_IDLE.search(self.stack[-1].name)))


def samples(text: str) -> Iterator[Sample]:
    r"""Yield the samples in the order in which they were printed; the last is left out where it was cut off.

    Args:
        text: Of `perf script -F comm,pid,time,ip,sym,dso`.

    Raises:
        ValueError: It is something else.

    >>> [sample] = samples("nginx 7 1.5:\n\t  4f0 main (/usr/sbin/nginx)\n\n")
    >>> sample.comm, sample.pid, sample.seconds, sample.stack[0].name, sample.stack[0].image
    ('nginx', 7, 1.5, 'main', 'nginx')
    """
    *blocks, rest = text.split("\n\n")
    if rest.strip() and not blocks:
        raise ValueError(f"expected samples of perf script, each ended by a blank line, found {rest[:60]!r}")
    known: dict[str, tuple[Frame, ...]] = {}
    before = ""
    for block in blocks:
        head, frames = _parted(before + block)
        if head is None:  # the name has an empty line in it
            before += block + "\n\n"
            continue
        before = ""
        stack = known.get(frames)
        if stack is None:
            stack = known[frames] = _stack(frames)
        yield Sample(head[1].strip(), int(head[2]), float(head[3]), stack)
    if before.strip():
        _refuse(before)


def _parted(block: str) -> tuple[re.Match[str] | None, str]:
    """What a sample's first line says, and the lines of its stack."""
    first, _, frames = block.partition("\n")
    while (head := _HEAD.fullmatch(first)) is None:
        if len(first) > _COMM_LIMIT:
            _refuse(first)
        if not frames:
            return None, ""
        line, _, frames = frames.partition("\n")  # the name has a line's end in it
        first += "\n" + line
    return head, frames


def _refuse(found: str) -> None:
    raise ValueError(f"expected a program, its number and the time of a sample, found {found[:60]!r}")


def _stack(lines: str) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    for line in lines.split("\n"):
        if not line.strip():
            continue
        found = _FRAME.fullmatch(line)
        if found is None:
            raise ValueError(f"expected an address and a function, found {line[:60]!r}")
        frame = _frame(int(found[1], 16), found[2])
        if not (frames and frame == frames[-1] and frame.name.startswith("[")):  # of an image without symbols: once
            frames.append(frame)
    frames.reverse()
    return tuple(frames)


def _frame(address: int, said: str) -> Frame:
    parts = _IMAGE.fullmatch(said)
    symbol, path = (parts[1], parts[2]) if parts else (said, "")
    image = "" if path == "[unknown]" else path.removesuffix(" (deleted)").rpartition("/")[2]
    if _JIT.fullmatch(path) or _JIT.fullmatch(image):  # numbered after the process
        image = "[jit]"
    if symbol in {"", "[unknown]"}:
        symbol = f"[{image.strip('[]')}]" if image else "[unknown]"
    return Frame(_cut(symbol), _cut(image), address >= _KERNEL or path.startswith(("[kernel.", "[guest.kernel.")))


def _cut(name: str) -> str:
    return name if len(name) <= NAME_LIMIT else f"{name[: NAME_LIMIT - 1]}…"
