"""Which live patches the kernel runs with, and whether they are in effect.

Reads single values of /sys/kernel/livepatch/PATCH/ (since Linux 4.0): `enabled` is 1 for a patch in effect,
`transition` is 1 while some task still runs the old code (4.12). The key is `kpatch_5_14_1/enabled`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/livepatch/livepatch.html",
    labels=("patch",),
    next="grep . /sys/kernel/livepatch/*/*",
)
# fmt: off
_ENABLED: Final = _fact(
    name="livepatch.enabled", title="Live patch",
    help="Whether a patch of the running kernel is in effect. Functions that it replaces are reached by a detour, and "
         "do what the patch says though the kernel's release is the same.",
)
_TRANSITION: Final = _fact(
    name="livepatch.transition", title="Live patch in transition",
    help="Whether some tasks still run the code from before the patch. One that stays in transition has a task that "
         "never leaves the old function.",
)
# fmt: on
_WORDS: Final = {
    "enabled": (_ENABLED, {"0": "disabled", "1": "enabled"}),
    "transition": (_TRANSITION, {"0": "no", "1": "yes"}),
}


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give one of the two states of a patch.

    Raises:
        ValueError: The value is neither 0 nor 1, or the key names no patch and no file of this source.

    >>> parse("1\n", Origin(key="kpatch_5_14_1/enabled"))
    [Reading(metric='livepatch.enabled', value='enabled', instance='kpatch_5_14_1')]
    """
    patch, _, file = origin.key.partition("/")
    metric, words = _WORDS.get(file, (_ENABLED, {}))
    word = words.get(text.strip())
    if not patch or word is None:
        raise refused(f"/sys/kernel/livepatch/{origin.key}", 1, text, "0 or 1 in 'enabled' or 'transition'")
    return [Reading(metric.name, word, patch)]


COLLECTOR: Final = Collector(
    name="sys.kernel.livepatch",
    read=Files(
        patterns=tuple(f"sys/kernel/livepatch/*/{file}" for file in _WORDS),
        cadence=Cadence.ONCE,
        max_bytes=KIB,
        max_files=1000,
    ),
    metrics=(_ENABLED, _TRANSITION),
    parse=parse,
    adds="live patches of the running kernel",
    needs="CONFIG_LIVEPATCH, and a patch that was loaded",
)
