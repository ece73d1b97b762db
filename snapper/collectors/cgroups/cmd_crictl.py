"""Which containers Kubernetes has on this host, from which images, and how often each was started.

Runs `crictl ps --all` once: columns with headings, two blanks or more apart, none of them empty. POD came later.

    CONTAINER       IMAGE           CREATED        STATE     NAME   ATTEMPT   POD ID          POD
    93b10093a8263   bea2d277eb715   2 hours ago    Running   api    185       19d971fe5c478   api-7cd97c59ff-dwckz

A container is called by its pod, less what is drawn at random for each, and its name in it: `api/api`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.cgroups.container_names import joined, pod_name
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_DOC: Final = "https://github.com/kubernetes-sigs/cri-tools/blob/v1.31.0/docs/crictl.md"
_container = partial(Metric, resource=Resource.CGROUP, doc=_DOC, labels=("container",))
_fact = partial(_container, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
_count = partial(_container, unit="count", kind=Kind.GAUGE, role=Role.INTERNAL)

# fmt: off
_METRICS: Final = (
    _count(name="crictl.containers", worse=Worse.NEITHER, title="Containers of Kubernetes by state",
           labels=("state",), next="crictl ps --all",
           help="Containers that the runtime of Kubernetes knows, by state: running, exited, created, unknown."),
    _count(name="crictl.attempts", worse=Worse.MORE, history=True, title="Starts of a container in its pod",
           next="crictl ps --all --name {instance}",
           help="How often the container was started again since its pod was made, the most of all pods of that name. "
                "More than before means that it crashed or was killed in between."),
    _fact(name="crictl.image", title="Image of a container of Kubernetes", next="crictl images",
          help="The image that the container was made from. Another one is another version of the program in it."),
    _fact(name="crictl.state", title="State of a container of Kubernetes", next="crictl ps --all",
          help="Whether the container runs; of a finished job, or before a restart, it has exited."),
)
# fmt: on
_NEEDED: Final = frozenset({"IMAGE", "STATE", "NAME", "ATTEMPT"})
_GAP: Final = re.compile(r" {2,}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of containers by state; image, states and starts of those that run or run last.

    Raises:
        ValueError: No heading with IMAGE, STATE, NAME and ATTEMPT, or a row of another number of columns.
    """
    states: Counter[str] = Counter()
    images: list[tuple[str, str]] = []
    named: list[tuple[str, str]] = []
    attempts: dict[str, int] = {}
    for row in _rows(text):
        name = f"{pod_name(row['POD'])}/{row['NAME']}" if "POD" in row else row["NAME"]
        state = row["STATE"].lower()
        states[state] += 1
        images.append((name, row["IMAGE"]))
        named.append((name, state))
        attempts[name] = max(attempts.get(name, 0), int(row["ATTEMPT"]))
    for state, count in states.items():
        yield Reading("crictl.containers", count, state)
    for name, attempt in attempts.items():
        yield Reading("crictl.attempts", attempt, name)
    yield from joined("crictl.image", images)
    yield from joined("crictl.state", named)


def _rows(text: str) -> Iterator[dict[str, str]]:
    heading, *lines = text.splitlines() or [""]
    names = _GAP.split(heading.strip())
    if not _NEEDED.issubset(names):
        raise ValueError(f"crictl ps should print a heading with IMAGE, STATE, NAME and ATTEMPT, and {heading[:80]!r}.")
    for number, line in enumerate(lines, start=2):
        words = _GAP.split(line.strip())
        row = dict(zip(names, words, strict=False))
        if len(words) != len(names) or not _NUMBER.fullmatch(row["ATTEMPT"]):
            raise ValueError(
                f"crictl ps:{number} should have {len(names)} columns as its heading, and is {line[:80]!r}."
            )
        yield row


COLLECTOR: Final = Collector(
    name="cmd.crictl",
    read=Command(
        argv=("crictl", "ps", "--all"),
        version=("crictl", "--version"),
        cadence=Cadence.ONCE,
        timeout=10.0,
    ),
    metrics=_METRICS,
    parse=parse,
    adds="the containers of Kubernetes on this host, their images and how often each was started",
    needs="crictl (package cri-tools) and root, on a node of Kubernetes",
)
