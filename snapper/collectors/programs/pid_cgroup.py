"""Which service, session or container every process belongs to.

Reads /proc/PID/cgroup (since Linux 2.6.24): a line for each hierarchy, its number, its controllers
and the process's path in it. With cgroup v2 there is one line, "0::"; a hybrid host has both.

    2:cpu,cpuacct:/system.slice/nginx.service
    1:name=systemd:/system.slice/nginx.service
    0::/system.slice/nginx.service

`unit_of` makes of it the first half of a program's identity. What a restart changes (the ids of
containers, pods and sessions, the pid in a scope's name) is left out, so that two runs line up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, PerProcess

CGROUP: Final = Metric(
    name="proc.cgroup",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.PROGRAM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Control group",
    help="The control group that the program runs in, with the ids that every start renews left out. Its limits and "
    "weights apply; in another group the same program gets another share.",
    doc="https://man7.org/linux/man-pages/man7/cgroups.7.html",
    labels=("program",),
    next="systemd-cgls",
)

_LINE: Final = re.compile(r"([0-9]+):([^:\n]*):(/.*)")
_ID: Final = "[0-9a-f]{64}"
_RANDOM: Final = re.compile(rf"{_ID}|[0-9a-f]{{32}}|[0-9a-f]{{8}}(?:[-_][0-9a-f]{{4}}){{3}}[-_][0-9a-f]{{12}}")
_CONTAINER: Final = re.compile(
    rf"(?:(?:^|:)([a-z][a-z0-9_-]*)[-:]|^){_ID}(?:\.scope)?$"  # docker-ID.scope, ID, system.slice:docker:ID
    r"|^()[0-9a-f]{32}-[0-9]{8,}$"  # a task of AWS Fargate
)
_RUNTIMES: Final = {
    "cri-containerd": "containerd",
    "nerdctl": "containerd",
    "default": "containerd",
    "libpod": "podman",
    "libpod-conmon": "podman",
    "crio-conmon": "crio",
}
_UNIT: Final = re.compile(r".+\.(?:service|scope|socket|mount|swap)")
_LXC: Final = re.compile(r"lxc\.(?:payload|monitor)\.(.+)")

_RENEWED: Final = (
    (re.compile(r"^session-[0-9c]+\.scope$"), "session.scope"),
    (re.compile(r"^run-(?=[^.]*[0-9*])[urpi0-9*-]+\.(?=service$|scope$)"), "run."),
    (re.compile(r"^(app-.+)@[^@]*\.service$"), r"\1.service"),
    (re.compile(r"^dbus-:[0-9.]+-(.+)@[0-9]+\.service$"), r"dbus-\1.service"),
    (re.compile(r"^dbus-:[0-9.]+-(.+)(?=\.slice$)"), r"dbus-\1"),
    (re.compile(r"^(machine-qemu)-[0-9]+-"), r"\1-"),
    (re.compile(r"@[0-9]+-(?:[0-9]+-[0-9]+(?:_.*)?|[0-9a-f.:]+:[0-9]+-[0-9a-f.:]+:[0-9]+)\.service$"), "@.service"),
    (re.compile(r"-[0-9]+\.scope$"), ".scope"),
    (re.compile(r"^\*-[0-9]+$"), "*"),
)
"""What systemd numbers anew: logins, `systemd-run`, desktop applications, machines, a service's connections, scopes."""


def unit_of(text: str) -> str:
    r"""Name the owner of a process: units and containers from the outermost in, or "" for none.

    A container is named by its runtime (`docker`, `podman`, `kubepods`, `lxc/web1`), since its own id is new at
    every start; a unit inside it, or inside a user's own systemd, is put behind a slash. Slices count
    only where there is nothing else.

    Args:
        text: The file as read; where its hierarchies differ, systemd's own decides.

    Raises:
        ValueError: A line that is not `number:controllers:/path`.

    >>> unit_of("0::/system.slice/nginx.service\n"), unit_of("0::/\n")
    ('nginx.service', '')
    >>> unit_of("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox-4711.scope\n")
    'user@1000.service/app-gnome-firefox.scope'
    """
    return next((name for path in _paths(text, "PID") if (name := _owner(path))), "")


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the path of the hierarchy that says most, `*` for what every start renews; nothing for the root group.

    Raises:
        ValueError: A line that is not `number:controllers:/path`.
    """
    paths = _paths(text, origin.key)
    path = next((path for path in paths if _owner(path)), next((path for path in paths if path != "/"), ""))
    return [Reading(CGROUP.name, "/".join(map(folded, path.split("/"))))] if path else []


def _paths(text: str, pid: str) -> list[str]:
    """The paths, systemd's own hierarchy first, then cgroup v2's, then the others in their order."""
    found: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(
                f"/proc/{pid}/cgroup should be lines of a number, controllers and a path, as "
                f"'0::/init.scope', and has {line[:80]!r}."
            )
        controllers, path = match[2], match[3].removesuffix(" (deleted)")
        found.append(({"name=systemd": 0, "": 1}.get(controllers, 2), path))
    if not found:
        raise ValueError(f"/proc/{pid}/cgroup should have a line for each hierarchy, and is empty.")
    return [path for _, path in sorted(found, key=lambda ranked: ranked[0])]


def _owner(path: str) -> str:
    """The units and containers along a path, joined by slashes.

    >>> _owner("/kubepods.slice/kubepods-burstable.slice/cri-containerd-" + "0123456789abcdef" * 4 + ".scope")
    'kubepods'
    >>> _owner("/lxc.payload.web1/system.slice/nginx.service"), _owner("/machine.slice"), _owner("/jobs/batch")
    ('lxc/web1/nginx.service', 'machine.slice', '')
    """
    parts = [part for part in path.split("/") if part]
    owners: list[str] = []
    for before, part in zip(("", *parts), parts, strict=False):
        container = _CONTAINER.search(part)
        if part.startswith("kubepods") or ".slice:cri-containerd:" in part:
            owners = ["kubepods"]
        elif container and owners[:1] != ["kubepods"]:
            runtime = container[1] or parts[0]
            owners = [_RUNTIMES.get(runtime, runtime) if not _CONTAINER.search(runtime) else "container"]
        elif container:
            continue
        elif (lxc := _LXC.fullmatch(part)) or before in {"lxc", "lxc.payload"}:
            owners = [f"lxc/{lxc[1] if lxc else part}"]
        elif _UNIT.fullmatch(part):
            owners.append(_named(part))
    if owners[1:] and owners[-1] == "init.scope":  # the manager itself, of a user or a container
        owners.pop()
    slices = [_named(part) for part in parts if part.endswith(".slice")]
    return "/".join(owners or slices[-1:])


def _named(part: str) -> str:
    """A unit's name for use in an identity, where the gap of an id is closed.

    >>> _named("vte-spawn-0f1c2a3b-1234-5678-9abc-def012345678.scope")
    'vte-spawn.scope'
    """
    return re.sub(r"[-_.:@]?\*", "", folded(part))


@lru_cache(maxsize=4096)
def folded(part: str) -> str:
    r"""One component of a path, with what every start renews left out or, for an id, put as `*`.

    >>> folded("docker-" + "0123456789abcdef" * 4 + ".scope"), folded(r"machine-qemu\x2d3\x2dweb1.scope")
    ('docker-*.scope', 'machine-qemu-web1.scope')
    """
    part = _RANDOM.sub("*", part.replace(r"\x2d", "-"))  # systemd writes a dash in a name that way
    for pattern, instead in _RENEWED:
        part = pattern.sub(instead, part)
    return part


COLLECTOR: Final = Collector(
    name="proc.pid.cgroup",
    read=PerProcess(file="cgroup", cadence=Cadence.NEW),
    metrics=(CGROUP,),
    parse=parse,
    adds="the service or container of every program",
    needs="CONFIG_CGROUPS",
)
