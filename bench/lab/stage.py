"""The lab's little host: a network and mount namespace of its own, and what runs in it during one capture."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from lab import acts, groups, place
from lab.faults import FAULTS
from lab.foreign import adopt_orphans, others_during
from lab.plan import LATER, UNCHANGED, WARM_UP, Take
from lab.truth import Command, Fault

INSIDE: Final = "LAB_INSIDE"
OWN: Final = "lab-sysfs"
"""What our own mount of /sys is called in the table of mounts."""
NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET, linux/sched.h
MARGIN: Final = 90.0
"""Seconds after a capture's end at which every program has ended by itself, should nobody end it."""
BACKGROUND: Final = ("background", "0.3")
STRANGER: Final = ("stranger", "0.7")


def apart(arguments: list[str]) -> int:
    """Run the lab's own command in a process of its own, since whoever enters the namespaces cannot come back."""
    return subprocess.run((sys.executable, "-m", "lab", *arguments), check=False).returncode


def enter() -> None:
    """Start again in a mount namespace of our own, unless this is there already; returns inside."""
    if os.environ.get(INSIDE):
        return
    command = ("unshare", "--mount", "--propagation", "private", sys.executable, "-m", "lab", *sys.argv[1:])
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1"})  # noqa: S606 - no shell


def prepare() -> None:
    """Adopt whoever gets lost, and make the small file system."""
    adopt_orphans()
    place.WORK.mkdir(parents=True, exist_ok=True)
    image, point = place.WORK / "small.img", place.WORK / acts.DISK
    image.unlink(missing_ok=True)
    point.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(acts.DISK_SIZE)
    acts.run("mkfs.ext4", "-q", "-m", "0", str(image))
    acts.run("mount", "-o", "loop", str(image), str(point))
    leave_network()


def leave_network() -> None:
    """Go on in a new network namespace: nothing of an earlier capture, no connection that waits for its end, is there.

    What /sys says of the network is that of the namespace in which it was mounted, so it is mounted anew; the
    control groups below it stay.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "no new network namespace")
    acts.run("ip", "link", "set", "lo", "up")
    if f"{OWN} /sys " in Path("/proc/self/mounts").read_text(encoding="utf-8"):
        acts.run("umount", "--recursive", "--lazy", "/sys")
    aside = place.WORK / "sys"
    aside.mkdir(exist_ok=True)
    acts.run("mount", "--rbind", "/sys", str(aside))
    acts.run("mount", "-t", "sysfs", OWN, "/sys")
    if (aside / "fs/cgroup").is_dir():
        acts.run("mount", "--rbind", str(aside / "fs/cgroup"), "/sys/fs/cgroup")
    acts.run("umount", "--recursive", "--lazy", str(aside))


def capture_all(chosen: Sequence[Take]) -> Iterator[tuple[Take, place.Note | str]]:
    """Capture each take that is not there yet, and say how it went: what is known of it, or why it failed."""
    with ExitStack() as stack:
        is_running, strangers = False, frozenset[int]()
        for take in chosen:
            if not take.is_kept:
                stack.close()
                is_running = False
            if place.is_there(take.name) or is_too_early(take):
                continue
            try:
                if not is_running:
                    strangers = stack.enter_context(_scene(take))
                    time.sleep(WARM_UP)
                    is_running = True
                told: place.Note | str = _captured(take, strangers)
            except subprocess.CalledProcessError as failed:
                told = acts.reason_of(failed)
            yield take, told


def is_too_early(take: Take) -> bool:
    """Whether a capture has to lie further from the first one."""
    first = UNCHANGED["service"][0].name
    if take.series != "later":
        return False
    return not place.is_there(first) or time.time() - place.read_note(first).started < LATER


def _captured(take: Take, strangers: frozenset[int]) -> place.Note:
    target, started = place.snapshot(take.name), time.time()
    window = ("-d", f"{take.ticks * take.interval:g}s", "-i", f"{take.interval:g}s")
    command = (sys.executable, "-m", "snapper", "capture", take.name, *window, "-o", str(target), "--force", "-q")
    foreign = others_during(partial(acts.run, *command, env=_plain()), strangers)
    note = place.Note(started=started, foreign=foreign)
    place.write_note(take.name, note)
    return note


@contextmanager
def _scene(take: Take) -> Iterator[frozenset[int]]:
    """Everything that runs during a capture, from the settings to the programs; undone in the opposite order.

    Gives the pids of strangers.
    """
    fault = next((fault for fault in FAULTS if fault.name == take.fault), None)
    seconds = WARM_UP + take.seconds * 3 + MARGIN
    leave_network()
    service = {**(fault.service if fault else {}), **({"uneven": 1.0} if take.is_uneven else {})}
    with ExitStack() as stack:
        has_group = take.condition != "idle" and _enter_batch_group(stack)
        for name, *arguments in fault.acts if fault else ():
            stack.enter_context(getattr(acts, name)(place.WORK, *arguments))
        for command in _programs(take, fault, has_group=has_group):
            stack.enter_context(_running(command, seconds, service))
        yield frozenset({stack.enter_context(_running(STRANGER, seconds, {}))} if take.is_disturbed else ())


def _programs(take: Take, fault: Fault | None, *, has_group: bool) -> list[Command]:
    if take.condition == "idle":
        return []
    batch = groups.procs("cpu", "batch") if has_group else ""
    found: list[Command] = [("service",), ("client",), ("store", "@work")]
    if not (fault and "no-batch" in fault.service):
        found.append(("batch", batch))
    if take.condition == "busy":
        found.append(BACKGROUND)
    return [*found, *(fault.loads if fault else ())]


def _enter_batch_group(stack: ExitStack) -> bool:
    try:
        stack.enter_context(groups.group("cpu", "batch"))
    except OSError:
        return False  # the fault that needs it is then listed as not possible here
    return True


@contextmanager
def _running(command: Command, seconds: float, service: Mapping[str, float]) -> Iterator[int]:
    """A program under its own name, ended by its pid, which is given."""
    name, *arguments = command
    words = [_link(name), "-S", "-m", "lab.loads", name, f"{seconds:g}", *map(_resolved, arguments)]
    environment = {**_plain(), "PYTHONPATH": str(place.REPOSITORY / "bench"), "LAB_SERVICE": json.dumps(dict(service))}
    process = subprocess.Popen(words, env=environment, cwd=place.WORK, start_new_session=True)
    try:
        yield process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its children, which are in a session of their own."""
    for pid in (process.pid, *_session(process.pid)):
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue
    process.wait()
    while True:  # orphans that became ours
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def _session(leader: int) -> list[int]:
    """The pids of a session that one of ours leads."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(stat.parent.name))
    return found


def _link(name: str) -> str:
    """A name under which the interpreter runs, so that the program bears it."""
    return _linked(name, Path(sys.executable).resolve())


def _linked(name: str, target: Path) -> str:
    link = place.WORK / "bin" / name
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(target)
    return str(link)


def _resolved(argument: str) -> str:
    """An argument of a program, its placeholder replaced."""
    match argument:
        case "@work":
            return str(place.WORK)
        case "@small":
            return groups.procs("memory", "small")
        case "@flapper":
            return _linked("flapper", Path(shutil.which("sleep") or "/bin/sleep"))
    return argument


def _plain() -> dict[str, str]:
    """The environment without what is the lab's own."""
    return {name: value for name, value in os.environ.items() if name not in {INSIDE, "PYTHONPATH"}}
