"""Who lived when: the processes of a capture, each a (pid, start time), and the program that it runs.

A pid is no identity: it is reused, and differs after every restart. A process is told by its pid
and start time; a program, which is what two captures have in common, by its name and unit.
What observes is left out: the recorder, who called it, its tools, and all that those started;
but not what else the callers started, for that may well be the load that is looked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import repeat

import numpy as np

from snapper.analyze.readings import READABLE
from snapper.analyze.table import Program
from snapper.analyze.timeline import Grid, Ints
from snapper.archive.read import Rows
from snapper.collectors.programs.pid_cgroup import unit_of
from snapper.collectors.programs.pid_cmdline import program_of
from snapper.collectors.programs.pid_stat import Stat, identify


@dataclass(frozen=True, kw_only=True)
class Lives:
    """Processes, sorted by pid and start."""

    pid: Ints
    start: Ints
    """lives: the first tick at which it was there. Above 0: it was born in the window."""
    end: Ints
    """lives: one past the last tick at which it was there."""
    group: Ints
    """lives: index into `programs`; for those that are left out, one past the last."""
    programs: tuple[Program, ...]
    """Sorted by instance."""
    ticks: int

    def whose(self, keys: Sequence[str], tick: Ints) -> Ints:
        """Whose reads those are that were made of a pid, which is their key, at a tick; -1 for nobody's."""
        if not len(self.pid):
            return np.full(len(keys), -1)
        pid = np.fromiter(map(self._numbers.get, keys, repeat(-1)), np.int64, len(keys))
        stride = self.ticks + 1
        found = np.searchsorted(self.pid * stride + self.start, pid * stride + tick, side="right") - 1
        mine = (found >= 0) & (self.pid[found] == pid) & (tick < self.end[found])
        return np.where(mine, found, -1)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Every pid, by its text."""
        return {str(pid): pid for pid in self.pid.tolist()}

    def names(self) -> dict[int, str]:
        """Pid → the instance of its program; without what is left out, and pids that two programs had."""
        instances = [*(program.instance for program in self.programs), ""]
        names: dict[int, set[str]] = defaultdict(set)
        for pid, group in zip(self.pid.tolist(), self.group.tolist(), strict=True):
            names[pid].add(instances[group])
        return {pid: name for pid, its in names.items() if len(its) == 1 for name in its if name}

    def births(self) -> Ints:
        """Programs × ticks: how many processes of each began between the tick before and this one."""
        begun = np.zeros((len(self.programs) + 1, self.ticks + 1), np.int64)
        born = self.start > 0
        np.add.at(begun, (self.group[born], self.start[born]), 1)
        return begun[:-1, :-1]

    def count(self) -> Ints:
        """Programs × ticks: how many processes each has."""
        shape = len(self.programs) + 1, self.ticks + 1
        change = np.zeros(shape, np.int64)
        np.add.at(change, (self.group, self.start), 1)
        np.add.at(change, (self.group, self.end), -1)
        return change.cumsum(axis=1)[:-1, :-1]


@dataclass(slots=True)
class _Life:
    pid: int
    start: int
    end: int
    first: Stat
    last: Stat
    instance: str | None = None
    """Of its program; None where it is left out."""


def lives_of(  # noqa: PLR0913 - each is another source, keyword-only
    *,
    stats: Rows,
    cmdlines: Rows,
    cgroups: Rows,
    alive: Sequence[frozenset[int]],
    observers: Collection[int],
    grid: Grid,
) -> Lives:
    """Tell the processes of a capture apart and give each its program.

    Args:
        stats: Of /proc/PID/stat, sorted by key and t.
        cmdlines: Of /proc/PID/cmdline, likewise; may be none.
        cgroups: Of /proc/PID/cgroup, likewise; may be none.
        alive: The pids at each tick.
        observers: Pids of the recorder, its callers and its tools.
        grid: All ticks.

    A process whose stat was never read is nobody: it came and went between two ticks.
    """
    found = _lives(stats, _presences(alive), grid)
    pid, start, end = np.array([(life.pid, life.start, life.end) for life in found], np.int64).reshape(-1, 3).T
    lives = Lives(pid=pid, start=start, end=end, group=np.zeros(len(pid), np.int64), programs=(), ticks=grid.ticks)
    left_out = set(observers) | _descendants(found, observers)
    known = cache(_program)  # a thousand processes run a few programs
    programs: dict[str, Program] = {}
    whose: list[str | None] = []
    for life, cmdline, cgroup in zip(found, *(_texts(rows, lives, grid) for rows in (cmdlines, cgroups)), strict=True):
        instance = None
        if life.pid not in left_out:
            instance, program = known(life.last.comm, life.last.kernel_thread, cmdline, cgroup)
            programs.setdefault(instance, program)
        whose.append(instance)
    place: dict[str | None, int] = {instance: at for at, instance in enumerate(sorted(programs))}
    place[None] = len(programs)
    return replace(
        lives,
        group=np.fromiter(map(place.__getitem__, whose), np.int64, len(whose)),
        programs=tuple(programs[name] for name in sorted(programs)),
    )


def _presences(alive: Sequence[frozenset[int]]) -> dict[int, list[tuple[int, int]]]:
    """Each pid's spells of being there, from a tick up to, not including, another."""
    spells: dict[int, list[tuple[int, int]]] = defaultdict(list)
    since: dict[int, int] = {}
    before: frozenset[int] = frozenset()
    for tick, now in enumerate((*alive, frozenset[int]())):
        if now is not before:
            for pid in before - now:
                spells[pid].append((since.pop(pid), tick))
            since.update(dict.fromkeys(now - before, tick))
            before = now
    return spells


def _lives(stats: Rows, presences: Mapping[int, Sequence[tuple[int, int]]], grid: Grid) -> list[_Life]:
    """Processes in order of pid and start."""
    lives: list[_Life] = []
    ticks = grid.slot(np.array(stats.t, np.int64)).tolist()
    for key, status, content, tick in zip(stats.keys, stats.statuses, stats.contents, ticks, strict=True):
        if status not in READABLE or not key.isdecimal():
            continue
        try:
            stat = identify(content.decode("utf-8", "backslashreplace"))
        except ValueError:
            continue  # the parser refuses it too, and that is told
        pid = int(key)
        latest = lives[-1] if lives and lives[-1].pid == pid else None
        again = latest if latest and latest.first.starttime == stat.starttime else None
        if again and tick < again.end:
            again.last = stat
            continue
        begin, end = next((spell for spell in presences.get(pid, ()) if spell[0] <= tick < spell[1]), (0, 0))
        if again:
            again.last, again.end = stat, max(again.end, end)
        elif end:
            if latest and latest.end > tick:  # reused between two ticks: the pid never looked free
                latest.end = begin = tick
            lives.append(_Life(pid, max(begin, latest.end if latest else 0), end, stat, stat))
    return sorted((life for life in lives if life.start < life.end), key=lambda life: (life.pid, life.start))


def _descendants(lives: Iterable[_Life], observers: Collection[int]) -> set[int]:
    """The pids that the recorder and its tools started, and whoever those started.

    The manifest does not say which pid is the recorder's. The callers are those that have an
    observer for a child; what is below the others is theirs. A parent is who it was at first sight.
    """
    children: dict[int, set[int]] = defaultdict(set)
    for life in lives:
        children[life.first.ppid].add(life.pid)
    found: set[int] = set()
    todo = [pid for pid in observers if not children[pid].intersection(observers)]
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo += children[pid]
    return found


def _texts(reads: Rows, lives: Lives, grid: Grid) -> list[str]:
    """The last readable text of each process; empty for none."""
    life = lives.whose(reads.keys, grid.slot(np.array(reads.t, np.int64))).tolist()
    told = zip(life, reads.statuses, reads.contents, strict=True)
    last = {who: content for who, status, content in told if status in READABLE}
    return [last.get(who, b"").decode("utf-8", "backslashreplace") for who in range(len(lives.pid))]


def _program(comm: str, kernel_thread: bool, cmdline: str, cgroup: str) -> tuple[str, Program]:  # noqa: FBT001 - hashed
    """What a process runs, behind the instance that its series bear."""
    program = Program(program_of(comm, cmdline, kernel_thread=kernel_thread), _unit(cgroup))
    return program.instance, program


def _unit(cgroup: str) -> str:
    """The unit or container; empty where it cannot be told."""
    try:
        return unit_of(cgroup)
    except ValueError:
        return ""
