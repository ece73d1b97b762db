"""Run the recorder on this host, as a child with an interpreter of its own.

The child imports nothing of this process, so what is observed is disturbed no more than by the
recorder itself. It stays in the terminal's foreground group: Ctrl-C reaches it, it finishes what it
has, and this process waits for that.

The spool stays where something was recorded, and only there.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from snapper.errors import FINISH, CannotWrite, CaptureFailed, Interrupted

Progress = Callable[[str, int, int], None]
"""Called with "tick", how many ticks are done and how many there are; or with "tools before" or "tools after", 0, 0."""

RECORDER: Final = Path(__file__).with_name("recorder.py")
_START: Final = """
import sys
sys.argv.pop(0)
folder, _, name = sys.argv[0].rpartition("/")
sys.path.insert(0, folder)
__import__(name[:-3]).program()
"""
"""Imports the file named by the first argument, so that its compiled form is used: half of the start is compiling."""
_CANNOT_WRITE: Final = 4  # the recorder's exit code where the spool cannot be written
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
        CaptureFailed: The recorder could not start, found nothing to read, or was killed.
        Interrupted: It was ended before it recorded anything.
    """
    with started(niceness=niceness) as recorder:
        recorder.record(plan, spool, progress=progress)


@contextmanager
def started(*, niceness: int = 0) -> Iterator[Recorder]:
    """Start the recorder before it is known what it is to do: its interpreter loads while that is found out.

    On leaving, one that was given nothing to do is ended.

    Raises:
        CaptureFailed: It could not be started.
    """
    command = (*recorder_command(), "--nice", str(niceness))
    with _signals_passed_on() as relay:
        try:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise CaptureFailed(f"the recorder could not be started with {sys.executable}: {error.strerror}") from error
        relay.begin(child)
        with child:
            recorder = Recorder(child, relay)
            try:
                yield recorder
            finally:
                if not relay.is_recording:
                    child.kill()


def recorder_command() -> tuple[str, ...]:
    """What starts the recorder on this host; its options come behind."""
    return sys.executable, "-I", "-S", "-c", _START, str(RECORDER)


class Recorder:
    """A recorder that waits for its plan."""

    def __init__(self, child: subprocess.Popen[bytes], relay: _Relay) -> None:
        self._child = child
        self._relay = relay

    def record(self, plan: Mapping[str, Any], spool: Path, *, progress: Progress | None = None) -> None:
        """Give it a plan, and return when it is through; see `record`."""
        if os.path.lexists(spool):  # the recorder would refuse it too, but cannot know what to do
            raise CannotWrite(
                f"{spool}: a recording to the same target is going on, or was not finished; wait for it, "
                f"finish it with: {FINISH} '{spool}', or choose another name"
            )
        child, was_begun = self._child, False
        self._relay.is_recording = True
        _give(_pipe(child.stdin), json.dumps({**plan, "spool": str(spool)} if plan else {}).encode())
        for line in _pipe(child.stdout):
            was_begun |= line.startswith((b"tick ", b"phase tools after"))  # said when a tick is in the spool
            _report(line.split(), progress)
        words = _pipe(child.stderr).read().decode(errors="replace").strip().splitlines()
        child.wait()
        sentence = words[-1] if words else ""
        # A spool that appeared in the meantime is another recording's.
        if child.returncode and not was_begun and not sentence.endswith(os.strerror(errno.EEXIST)):
            spool.unlink(missing_ok=True)
        was_signalled = self._relay.was_used or -child.returncode in _ENDING
        was_ended = was_signalled and child.returncode not in {0, _CANNOT_WRITE}
        if was_ended and not was_begun:  # before it could listen to that
            raise Interrupted("interrupted before the first tick; nothing was recorded")
        if not was_ended:  # when it had recorded all but its own end, there is no harm
            _raise_for(child.returncode, sentence, spool, was_begun=was_begun)


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


def _raise_for(code: int, sentence: str, spool: Path, *, was_begun: bool) -> None:
    if code == 0:
        return
    if code == _CANNOT_WRITE:
        make_room = "raise ulimit -f" if sentence.endswith(os.strerror(errno.EFBIG)) else "make room"
        kept = f"what was recorded until then is kept; {make_room}, then finish it with: {FINISH} '{spool}'"
        nothing = f"nothing was recorded; {make_room}, or name a file elsewhere with -o"
        raise CannotWrite(f"{sentence}; {kept if was_begun else nothing}")
    if code < 0:
        kept = f"what it recorded until then is in {spool}; finish it with: {FINISH} '{spool}'"
        then = kept if was_begun else "nothing was recorded; capture again"
        sentence = f"the recorder was ended by {_signal_name(-code)}; {then}"
    raise CaptureFailed(sentence or f"the recorder ended with exit code {code} and did not say why")


def _signal_name(number: int) -> str:
    """SIGKILL for 9; a number that has no name stays one."""
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


class _Relay:
    """Passes signals on to a child; those that come before it is there, when it is.

    While the child has nothing to do yet, they end the caller's work instead.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._waiting: list[int] = []
        self.was_used = False
        self.is_recording = False

    def begin(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        for number in self._waiting:
            child.send_signal(number)

    def pass_on(self, number: int, _: FrameType | None) -> None:
        self.was_used = True
        if self._child is None:
            self._waiting.append(number)
        elif self.is_recording:
            self._child.send_signal(number)
        else:
            raise KeyboardInterrupt


@contextmanager
def _signals_passed_on() -> Iterator[_Relay]:
    """Pass signals on to the child that the relay gets, instead of being ended by them."""
    relay = _Relay()
    before: dict[int, Any] = {}
    for passed_on in _ENDING:
        if signal.getsignal(passed_on) is signal.SIG_IGN:
            continue  # as nohup(1) wants it
        with suppress(ValueError):  # not the main thread, which alone may set handlers
            before[passed_on] = signal.signal(passed_on, relay.pass_on)
    try:
        yield relay
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream that was asked for as a pipe, which is never None."""
    if stream is None:
        raise CaptureFailed("the recorder was started without its pipes")
    return stream
