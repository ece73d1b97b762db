"""Run the recorder on this host, as a child with an interpreter of its own.

The child imports nothing of this process, so what is observed is disturbed no more than by the
recorder itself. It stays in the terminal's foreground group: Ctrl-C reaches it, it finishes what it
has, and this process waits for that.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from snapper.errors import CannotWrite, CaptureFailed

Progress = Callable[[str, int, int], None]
"""Called with "tick", how many ticks are done and how many there are; or with "tools before" or "tools after", 0, 0."""

RECORDER: Final = Path(__file__).with_name("recorder.py")
_CANNOT_WRITE: Final = 4  # the recorder's exit code where the spool cannot be written


def record(plan: Mapping[str, Any], spool: Path, *, progress: Progress | None = None, niceness: int = 0) -> None:
    """Record what a plan asks for, and return when that is over.

    SIGINT, SIGTERM and SIGHUP are passed on to the recorder meanwhile, which then ends early and
    cleanly: that is no error, the spool's last frame tells it.

    Args:
        plan: As `snapper.record.plan.plan_of` returns it.
        spool: The file to write. It must not exist yet.
        progress: Called at each step.
        niceness: How far to step back behind other programs, 0 to 19. Ticks of a nice recorder
            come late on a busy host, which is just when they matter.

    Raises:
        CannotWrite: The spool exists already, or there is no space or permission for it.
            Whole frames that were written before stay there.
        CaptureFailed: The recorder could not start, found nothing to read, or was killed.
            What it had written until then stays there too.
    """
    command = (sys.executable, "-I", "-S", str(RECORDER), "--spool", str(spool), "--nice", str(niceness))
    with _signals_passed_on() as receivers:
        try:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise CaptureFailed(f"the recorder could not be started with {sys.executable}: {error.strerror}") from error
        receivers.append(child)
        with child:
            _give(_pipe(child.stdin), json.dumps(plan).encode())
            for line in _pipe(child.stdout):
                _report(line.split(), progress)
            words = _pipe(child.stderr).read().decode(errors="replace").strip().splitlines()
        _raise_for(child.returncode, words[-1] if words else "", spool)


def _give(stdin: IO[bytes], plan: bytes) -> None:
    with suppress(BrokenPipeError):  # it ended already, and its exit code and message tell why
        stdin.write(plan)
    with suppress(BrokenPipeError):
        stdin.close()


def _report(words: list[bytes], progress: Progress | None) -> None:
    """Pass one of the recorder's lines on."""
    if progress is None:
        return
    match words:
        case [b"tick", done, total]:
            progress("tick", int(done), int(total))
        case [b"phase", *phase]:
            progress(b" ".join(phase).decode(), 0, 0)
        case _:
            pass  # a later recorder may say more


def _raise_for(code: int, sentence: str, spool: Path) -> None:
    if code == 0:
        return
    if code == _CANNOT_WRITE:
        raise CannotWrite(sentence)
    if code < 0:
        sentence = f"the recorder was ended by {_signal_name(-code)}; what it recorded until then is in {spool}"
    raise CaptureFailed(sentence or f"the recorder ended with exit code {code} and did not say why")


def _signal_name(number: int) -> str:
    """SIGKILL for 9; a number that has no name stays one."""
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


@contextmanager
def _signals_passed_on() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Pass signals on to the children that the list gets, instead of being ended by them."""
    receivers: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        for child in receivers:
            child.send_signal(number)

    before: dict[int, Any] = {}
    for passed_on in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(passed_on) is signal.SIG_IGN:
            continue  # as nohup(1) wants it
        with suppress(ValueError):  # not the main thread, which alone may set handlers
            before[passed_on] = signal.signal(passed_on, pass_on)
    try:
        yield receivers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream that was asked for as a pipe, which is never None."""
    if stream is None:
        raise CaptureFailed("the recorder was started without its pipes")
    return stream
