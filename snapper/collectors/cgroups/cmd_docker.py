"""Which containers Docker or Podman has, from which images, and whether they run.

Runs `docker ps`, or `podman ps` or `nerdctl ps` where there is no Docker, once, for three columns:

    NAMES     IMAGE        STATUS
    web       nginx:1.27   Up 3 days (healthy)
    job       batch:4      Exited (137) 2 minutes ago

Columns are cut at their headings, for any may be empty. How long is left out, so that nothing changes by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.cgroups.container_names import container_name, joined
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_DOC: Final = "https://manpages.debian.org/bookworm/docker.io/docker-ps.1.en.html"
_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.CGROUP, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc=_DOC, labels=("container",),
)  # fmt: skip
_METRICS: Final = (
    Metric(
        name="docker.containers",
        unit="count",
        kind=Kind.GAUGE,
        resource=Resource.CGROUP,
        role=Role.INTERNAL,
        worse=Worse.NEITHER,
        title="Containers by state",
        help="Containers that Docker or Podman knows, by state: running, paused, restarting, created, exited, dead.",
        doc=_DOC,
        labels=("state",),
        next="docker ps --all",
    ),
    _fact(
        name="docker.image",
        title="Image of a container",
        help="The image that the container was made from. Another one is another version of the program in it.",
        next="docker inspect {instance}",
    ),
    _fact(
        name="docker.state",
        title="State of a container",
        help="Whether the container runs, and its health where it tells it, or how it ended: 137 is a kill, as for "
        "want of memory.",
        next="docker logs --tail 50 {instance}",
    ),
)

_NEEDED: Final = ("NAMES", "IMAGE", "STATUS")
_HEADING: Final = re.compile(r"\S+(?: \S+)*")
_STATUS: Final = re.compile(
    r"(?P<up>Up)\b.*?(?: \((?P<health>healthy|unhealthy|health: starting|starting|Paused)\))?"
    r"|(?P<ended>Exited|Restarting|exited|stopped) \((?P<code>-?[0-9]+)\).*"
    r"|(?P<other>[A-Za-z][A-Za-z ]*)"
)


class _Container(NamedTuple):
    name: str
    image: str
    state: str
    detail: str


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of containers by state, and image and state of each by name.

    Raises:
        ValueError: No heading with NAMES, IMAGE and STATUS, or a status of another form.
    """
    containers = list(_containers(text))
    for state, count in Counter(container.state for container in containers).items():
        yield Reading("docker.containers", count, state)
    yield from joined("docker.image", ((container.name, container.image) for container in containers))
    states = ((container.name, f"{container.state} {container.detail}".rstrip()) for container in containers)
    yield from joined("docker.state", states)


def _containers(text: str) -> Iterator[_Container]:
    heading, *lines = text.splitlines() or [""]
    at = {
        match[0]: match.start() for match in _HEADING.finditer(re.sub(r"  +", lambda gap: "\t" * len(gap[0]), heading))
    }
    if not at.keys() >= set(_NEEDED):
        raise ValueError(
            f"docker ps should print a heading with NAMES, IMAGE and STATUS, and printed {heading[:80]!r}."
        )
    ends = dict(zip(at, [*list(at.values())[1:], None], strict=True))
    for number, line in enumerate(lines, start=2):
        name, image, status = (line[at[column] : ends[column]].strip() for column in _NEEDED)
        match = _STATUS.fullmatch(status)
        if not (name and image and match):
            raise ValueError(f"docker ps:{number} should have a name, an image and a status, and is {line[:80]!r}.")
        yield _Container(container_name(name.split(",")[0], image), image, *_state(match))


def _state(match: re.Match[str]) -> tuple[str, str]:
    if match["up"]:
        health = match["health"] or ""
        return ("paused", "") if health == "Paused" else ("running", health)
    if match["ended"]:
        return match["ended"].lower(), match["code"]
    return match["other"].lower(), ""


_COLUMNS: Final = "table {{.Names}}\t{{.Image}}\t{{.Status}}"

COLLECTOR: Final = Collector(
    name="cmd.docker",
    read=Command(
        argv=("docker", "ps", "--all", "--no-trunc", "--format", _COLUMNS),
        version=("docker", "--version"),
        cadence=Cadence.ONCE,
        alternatives=tuple((tool, "ps", "--all", "--no-trunc", "--format", _COLUMNS) for tool in ("podman", "nerdctl")),
    ),
    metrics=_METRICS,
    parse=parse,
    adds="the containers of Docker or Podman, their images and states",
    needs="docker, podman or nerdctl, and root or the group that may ask it",
)
