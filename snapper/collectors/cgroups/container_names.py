"""What containers are called by, the same after they were made anew: their names less what was drawn at random."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from snapper.collectors.contract import Reading

_GENERATED: Final = re.compile(r"[a-z]+_[a-z]+[0-9]?")
"""`angry_saha`, which Docker and Podman draw for who gives no name."""
_DIGEST: Final = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")
_REPLICA: Final = re.compile(r"-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$")
"""The end of a pod that a deployment makes: the hash of its template, and five random letters without vowels."""
_RANDOM: Final = re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{5}$")
"""The end of a pod of a daemon set or a job."""
_KUBELET: Final = re.compile(r"k8s_([^_]+)_([^_]+)_([^_]+)_[0-9a-f-]{32,36}_[0-9]+")
"""What the kubelet calls containers of Docker: container, pod, namespace, the pod's id, attempt."""


def container_name(name: str, image: str) -> str:
    """Name a container of Docker or Podman; one with a generated name by its image, less its tag.

    >>> container_name("web-1", "nginx:1.27"), container_name("angry_saha", "registry.example/rhel7_httpd:7.2")
    ('web-1', 'registry.example/rhel7_httpd')
    >>> container_name("k8s_app_web-5d8f7c9b6d-x2x7q_default_0f1c2a3b-1234-5678-9abc-def012345678_0", "sha256:00")
    'web/app'
    """
    if kubelet := _KUBELET.fullmatch(name):
        return f"{pod_name(kubelet[2])}/{kubelet[1]}"
    if not _GENERATED.fullmatch(name):
        return name
    if _DIGEST.fullmatch(image):
        return "unnamed"
    path, _, last = image.partition("@")[0].rpartition("/")
    return f"{path}/{last.partition(':')[0]}".lstrip("/")


def pod_name(pod: str) -> str:
    """Name a pod as whoever makes its like anew: a deployment, a daemon set; a stateful set's keep their numbers.

    >>> pod_name("apiserver-7cd97c59ff-dwckz"), pod_name("node-exporter-x2x7q"), pod_name("etcd-0")
    ('apiserver', 'node-exporter', 'etcd-0')
    """
    return _RANDOM.sub("", _REPLICA.sub("", pod))


def joined(metric: str, told: Iterable[tuple[str, str]]) -> list[Reading]:
    """A fact for each name, where several of that name differ their values in one text.

    >>> joined("docker.image", [("web", "nginx:2"), ("web", "nginx:1"), ("web", "nginx:2")])
    [Reading(metric='docker.image', value='nginx:1, nginx:2', instance='web')]
    """
    values: dict[str, set[str]] = {}
    for name, text in told:
        values.setdefault(name, set()).add(text)
    return [Reading(metric, ", ".join(sorted(texts)), name) for name, texts in values.items()]
