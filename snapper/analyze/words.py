"""The words of findings: titles as an engineer would say them, and sentences with their numbers in words."""

from __future__ import annotations

from snapper.analyze.diff import Culprit
from snapper.metric import Metric, Resource, Role
from snapper.units import FAR, format_value

NEARLY = 0.8
"""Utilization from which a resource is called nearly saturated: queues grow steeply from there on."""
FULL = 0.97

CHILDREN = "children of "
"""What precedes the name of a program that reaped the children whose CPU time no sample saw."""

_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def subject(metric: Metric, instance: str) -> str:
    """What a series is of: "vda: write wait", "CPU utilization".

    >>> from snapper.metric import Kind, Metric, Resource, Role, Worse
    >>> wait = Metric(name="disk.write_await", unit="seconds", kind=Kind.GAUGE, resource=Resource.DISK,
    ...               role=Role.SATURATION, worse=Worse.MORE, title="Write wait", help="", doc="")
    >>> subject(wait, "vda"), subject(wait, "")
    ('vda: write wait', 'Write wait')
    """
    if instance in {"", "all"}:
        return metric.title
    return f"{instance}: {within(metric.title.removesuffix(' of a program'))}"


def title(metric: Metric, instance: str, before: float, after: float) -> str:
    """What happened to a series, for a heading.

    Args:
        metric: Its declaration.
        instance: Which one, as people call it.
        before: Mean of the window, known.
        after: The same, later.

    >>> from snapper.metric import Kind, Metric, Resource, Role, Worse
    >>> cpu = Metric(name="cpu.utilization", unit="ratio", kind=Kind.GAUGE, resource=Resource.CPU,
    ...              role=Role.UTILIZATION, worse=Worse.MORE, title="CPU utilization", help="", doc="")
    >>> title(cpu, "", 0.24, 0.83)
    'CPU utilization rose to 83 %: nearly saturated'
    >>> overflows = Metric(name="netstat.TcpExt.ListenOverflows", unit="connections", kind=Kind.COUNTER,
    ...                    resource=Resource.SOCKETS, role=Role.ERRORS, worse=Worse.MORE, help="", doc="",
    ...                    title="Connections refused at the accept queue")
    >>> title(overflows, "", 0, 38.24)
    'Connections refused at the accept queue rose from 0 to 38.2 /s'
    """
    unit = metric.compared_unit
    name = subject(metric, instance)
    was, now = ("0" if value == 0 else format_value(value, unit) for value in (before, after))
    verb = "rose" if after > before else "fell"
    if 0 in {before, after}:
        return f"{name} {verb} from {was} to {now}"
    remark = _remark(metric, before, after)
    if remark or unit == "ratio":
        return f"{name} {verb} to {now}{remark}"
    if before > 0 and after / before > FAR:
        return f"{name} rose from {was} to {now}"
    if before > 0 and after / before >= 2:
        times = format_value(after / before, "count")
        return f"{name} rose to {now}, {times} times as {'long' if unit == 'seconds' else 'much'}"
    if 0 < after < before / 2:
        return f"{name} fell from {was} to {now}"
    return f"{name} {verb} by {format_value(abs(after / before - 1), 'ratio')} to {now}"


def within(title: str) -> str:
    """A title as it stands within a sentence.

    >>> within("Bytes read"), within("CPU utilization"), within("I/O wait")
    ('bytes read', 'CPU utilization', 'I/O wait')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def arrival_title(name: str, arrival: str, cpus: float, memory: float) -> str:
    """What to say of a program that came or went, with what it takes or took.

    Args:
        name: The program.
        arrival: `new` or `gone`.
        cpus: CPUs that it keeps or kept busy; 0 if that is not worth a word.
        memory: Bytes that it holds or held; likewise.

    >>> arrival_title("stress-ng", "new", 0.98, 0), arrival_title("nginx", "gone", 0, 2**29)
    ('stress-ng: new, takes 98 % of a CPU', 'nginx: gone, held 512 MiB')
    """
    now = arrival == "new"
    if cpus:
        return f"{name}: {arrival}, {'takes' if now else 'took'} {of_cpus(cpus)}"
    if memory:
        return f"{name}: {arrival}, {'holds' if now else 'held'} {format_value(memory, 'bytes')}"
    return f"{name}: {arrival}"


def of_cpus(cpus: float) -> str:
    """An amount of CPU time a second as people say it.

    >>> of_cpus(0.98), of_cpus(3.2)
    ('98 % of a CPU', '3.2 CPUs')
    """
    return f"{format_value(cpus, 'ratio')} of a CPU" if cpus < 1.005 else f"{format_value(cpus, 'count')} CPUs"


def deed(culprit: Culprit, title: str) -> str:
    """What a culprit does now that it did not do before, as a sentence.

    >>> burn = Culprit(program="python burn.py", unit="", share=0.9, severity=9, metric="proc.cpu",
    ...                before=0.0, after=0.98, value_unit="ratio")
    >>> deed(burn, "CPU of a program")
    'python burn.py takes 98 % of a CPU that nothing took before.'
    """
    before, after, unit = culprit.before or 0.0, culprit.after or 0.0, culprit.value_unit
    if unit != "ratio":
        now, was = format_value(after, unit), format_value(before, unit)
        return f"{culprit.program}: {within(title)} went from {was} to {now}."
    takes = "take" if culprit.program.startswith(CHILDREN) else "takes"
    if before == 0:
        return f"{culprit.program} {takes} {of_cpus(after)} that nothing took before."
    if after == 0:
        return f"{culprit.program} took {of_cpus(before)} and {takes} nothing now."
    return f"{culprit.program} {takes} {of_cpus(after)}, {'up' if after > before else 'down'} from {of_cpus(before)}."


def number(count: int) -> str:
    """A count in words up to twelve.

    >>> number(0), number(3), number(41)
    ('no', 'three', '41')
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def things(count: int) -> str:
    """How many things, for the beginning or the middle of a sentence.

    >>> things(0), things(1), things(3)
    ('nothing', 'one thing', 'three things')
    """
    return "nothing" if count == 0 else f"{number(count)} thing{'s' if count > 1 else ''}"


def listed(words: list[str], *, most: int = 3) -> str:
    """Words in a row, the rest as a number.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b, c and 2 more')
    """
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(text: str) -> str:
    """The text with a capital at its beginning.

    >>> sentence("three things regressed.")
    'Three things regressed.'
    """
    return text[:1].upper() + text[1:]


def slug(text: str) -> str:
    """An anchor: lower-case letters, digits and hyphens.

    >>> slug("nginx.service/nginx: CPU time")
    'nginx-service-nginx-cpu-time'
    """
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower())
    return "-".join(kept.split()) or "finding"


def _remark(metric: Metric, before: float, after: float) -> str:
    if metric.role is not Role.UTILIZATION or metric.unit != "ratio" or after < before or after < NEARLY:
        return ""
    if metric.resource is Resource.PROGRAM:
        return ""
    room = metric.resource in {Resource.FILESYSTEM, Resource.MEMORY, Resource.FILES, Resource.TASKS, Resource.SOCKETS}
    return f": {'' if after >= FULL else 'nearly '}{'full' if room else 'saturated'}"
