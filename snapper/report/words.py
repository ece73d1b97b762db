"""The words and marks that all formats share: what a verdict is called, how two sides are told apart."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Protocol

from snapper.analyze.diff import Culprit, Diff, Finding, Side, Verdict
from snapper.units import UNKNOWN, format_change, format_duration, format_ratio, format_value

WORDS: Final[Mapping[str, str]] = {"regressed": "worse", "improved": "better"}
"""What a reader is told instead of the verdict's own name."""

MARKS: Final[Mapping[str, str]] = {"worse": "▲", "better": "▼", "plain": "●", "same": ""}
"""Tone → the mark beside the colour, for whoever does not see that. `report.css` has them too."""

RESOURCES: Final[Mapping[str, str]] = {
    "cpu": "CPU",
    "scheduler": "Scheduler",
    "memory": "Memory",
    "disk": "Disk",
    "filesystem": "File system",
    "network": "Network",
    "sockets": "Sockets",
    "tasks": "Tasks",
    "files": "Files",
    "interrupts": "Interrupts",
    "cgroup": "Control group",
    "hardware": "Hardware",
    "program": "Program",
    "host": "Host",
}
"""What a resource is called at the head of a row."""


COLUMNS: Final[Mapping[str, str]] = {
    "proc.cpu": "CPU",
    "proc.rss": "Memory",
    "proc.read_bytes": "Read",
    "proc.write_bytes": "Written",
    "proc.count": "Processes",
}
"""What a figure of a program is called at the head of a column that says already that it is of programs."""


class Judged(Protocol):
    """What has a verdict: a finding, a cell, a series, a figure, a program."""

    @property
    def verdict(self) -> Verdict:
        """What became of it."""


def tone(judged: Judged) -> str:
    """How it is coloured: "worse", "better", "same" (also where there is too little data), else "plain".

    A thing that is new or gone may be for the worse; its verdict alone does not say.
    """
    if judged.verdict in {"same", "too little data"}:
        return "same"
    worse = getattr(judged, "worse", None)
    if worse is None:
        return WORDS.get(judged.verdict, "plain")
    return "worse" if worse else "better"


def mark(judged: Judged) -> str:
    """▲ worse, ▼ better, ● otherwise different, nothing for what is the same."""
    return MARKS[tone(judged)]


def word(verdict: str) -> str:
    """What a verdict is called: "worse" and "better", the others by their own name.

    >>> word("regressed"), word("too little data")
    ('worse', 'too little data')
    """
    return WORDS.get(verdict, verdict)


def series_name(metric: str, instance: str) -> str:
    """A series, as findings name their related ones.

    >>> series_name("disk.await", "sda"), series_name("stat.ctxt", "")
    ('disk.await[sda]', 'stat.ctxt')
    """
    return f"{metric}[{instance}]" if instance else metric


def change_of(finding: Finding) -> str:
    """How much it changed: in native units, or that there was nothing before or is nothing now."""
    if finding.verdict in {"new", "gone"}:
        return finding.verdict
    if finding.before is None and finding.after is None:
        return "changed"
    if finding.change is None:
        return format_ratio(finding.before, finding.after)
    if finding.before == 0 and finding.after:
        return "new"
    return format_change(finding.change, finding.unit)


def ratio_of(finding: Finding) -> str:
    """How many times as large: "3.4 ×"; a difference of shares is told in points and so has none unless it doubled."""
    ratio = format_ratio(finding.before, finding.after)
    return "" if finding.unit == "ratio" and ratio.endswith("%") else ratio


def interval_of(finding: Finding) -> str:
    """The 95 % interval of the change: "+57 … +61 points"; empty where there is none."""
    if finding.interval is None:
        return ""
    low, high = (format_change(end, finding.unit) for end in finding.interval)
    return f"{_without_shared_unit(low, high)} … {high}"


def pair_of(before: float | None, after: float | None, unit: str) -> str:
    """Both sides in one phrase; a unit that both share is said once.

    >>> pair_of(0.0012, 0.0095, "seconds"), pair_of(0.24, 0.83, "ratio"), pair_of(None, 3.0, "tasks")
    ('1.2 → 9.5 ms', '24 → 83 %', '– → 3')
    """
    left, right = format_value(before, unit), format_value(after, unit)
    return f"{_without_shared_unit(left, right)} → {right}"


def figures_of(finding: Finding) -> str:
    """Both sides of a finding; nothing for a finding that is no number, as a changed setting is."""
    if finding.before is None and finding.after is None:
        return ""
    return pair_of(finding.before, finding.after, finding.unit)


def who(culprits: tuple[Culprit, ...]) -> str:
    """The first culprit with its share: "api-server (91 %)"; empty where nobody is to blame."""
    if not culprits:
        return ""
    return f"{culprits[0].program} ({format_value(culprits[0].share, 'ratio')})"


def local_time(side: Side) -> datetime:
    """When the capture began, by the clock and offset of its own host."""
    return datetime.fromtimestamp(side.started, tz=timezone(timedelta(seconds=side.utc_offset)))


def clock(side: Side) -> str:
    """By the clock of its own host, with the offset: "2026-11-23 09:41:07 +01:00"."""
    text = local_time(side).isoformat(sep=" ", timespec="seconds")
    return f"{text[:19]} {text[19:]}"


def clock_utc(side: Side) -> str:
    """The same moment in UTC, with the date only where it is another: "08:41:07 UTC"."""
    local = local_time(side)
    utc = local.astimezone(UTC)
    return f"{utc:%H:%M:%S} UTC" if utc.date() == local.date() else f"{utc:%Y-%m-%d %H:%M:%S} UTC"


def reported(diff: Diff) -> str:
    """What the kernel reported, in a line: "the kernel's log, after: I/O errors (3)"; empty for nothing."""
    counts = Counter((event.side, event.title) for event in diff.events)
    told = [
        f"{side}: " + ", ".join(f"{title} ({count})" for (of, title), count in counts.items() if of == side)
        for side in dict.fromkeys(event.side for event in diff.events)
    ]
    return f"The kernel's log, {'; '.join(told)}" if told else ""


def called(side: Side) -> str:
    """What a side is called: its label, else its id.

    A label is the user's own word, so it comes first wherever a side is named.
    """
    return side.label or side.id[:6]


def handle(side: Side) -> str:
    """How a command names a snapshot: by its id where the store has it, else by its file.

    Files in the store bear the id in their names, and are found by it from anywhere.
    """
    name = side.path.rpartition("/")[2]
    return side.id if not name or side.id in name else shlex.quote(side.path)


def expected(diff: Diff) -> str:
    """How many series an unchanged host would flag, no finer than anyone can know it: "0.9", "34"."""
    flags = diff.summary.expected_flags
    if flags < 0.1:
        return "fewer than 0.1"
    return f"{round(flags):,}" if flags >= 10 else format_value(flags, "count")


def apart(diff: Diff) -> str:
    """How far the two are from one another: "31 minutes later, same boot"."""
    gap = diff.after.started - diff.before.started
    when = f"{format_duration(gap)} {'later' if gap >= 0 else 'earlier'}"
    return f"{when}, {_boots(diff)}"


def circumstances(diff: Diff) -> str:
    """The two captures in one line: "30 s each, 31 minutes apart, same boot, baseline of 5"."""
    before, after = diff.before, diff.after
    lengths = [format_duration(side.duration) for side in (before, after)]
    said = f"{lengths[0]} each" if lengths[0] == lengths[1] else f"{lengths[0]}, then {lengths[1]}"
    parts = [said, f"{format_duration(after.started - before.started)} apart", _boots(diff)]
    if before.baselines > 1:
        parts.append(f"baseline of {before.baselines}")
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """A number of things: "1 row", "1,204 rows".

    >>> counted(1, "row"), counted(1204, "row")
    ('1 row', '1,204 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def hosts(diff: Diff) -> str:
    """The host, or both where they differ."""
    before, after = diff.before.host or UNKNOWN, diff.after.host or UNKNOWN
    return before if before == after else f"{before} → {after}"


def _without_shared_unit(left: str, right: str) -> str:
    number, space, suffix = left.partition(" ")
    return number if space and right.endswith(f" {suffix}") else left


def _boots(diff: Diff) -> str:
    before, after = diff.before, diff.after
    if before.host != after.host:
        return "another host"
    if not before.boot_id or not after.boot_id:
        return "boot unknown"
    return "same boot" if before.boot_id == after.boot_id else "rebooted in between"
