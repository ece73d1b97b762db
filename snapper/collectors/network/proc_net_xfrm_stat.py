"""Packets that IPsec dropped, by the reason.

Reads /proc/net/xfrm_stat (since Linux 2.6.25 with CONFIG_XFRM_STATISTICS): a name and a count in each line, of the
reader's network namespace. Every one of them counts dropped packets, so all stay at zero while all is well.

    XfrmInNoStates          	0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.name_value_lines import name_values
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_fault = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, role=Role.ERRORS, worse=Worse.MORE,
    doc="https://www.kernel.org/doc/html/v6.12/networking/xfrm_proc.html", next="ip -s xfrm state; ip xfrm policy",
)  # fmt: skip

# fmt: off
_WHY: Final = {
    "XfrmInError": "for another reason than those counted apart",
    "XfrmInBufferError": "for want of a buffer",
    "XfrmInHdrError": "for a fault in their header",
    "XfrmInNoStates": "because no security association fits: the peer uses one that this host does not have (wrong "
                      "SPI, address or protocol)",
    "XfrmInStateProtoError": "by the protocol itself: a wrong key, or damage",
    "XfrmInStateModeError": "by the mode (tunnel, transport)",
    "XfrmInStateSeqError": "because their sequence number is outside the window: replayed, or badly reordered",
    "XfrmInStateExpired": "because the association has expired",
    "XfrmInStateMismatch": "because the association has an option that does not fit, as UDP encapsulation",
    "XfrmInStateInvalid": "because the association is not valid",
    "XfrmInStateDirError": "because the association is for the other direction",
    "XfrmInTmplMismatch": "because no template of the policy fits the association",
    "XfrmInNoPols": "because no policy fits the association",
    "XfrmInPolBlock": "because a policy says so",
    "XfrmInPolError": "by a fault of the policy",
    "XfrmInIptfsError": "by the aggregation mode (IP-TFS)",
    "XfrmFwdHdrError": "while forwarding, for a fault in their header",
    "XfrmAcquireError": "because no association could be negotiated in time",
    "XfrmOutError": "for another reason than those counted apart",
    "XfrmOutBundleGenError": "because no chain of associations could be made",
    "XfrmOutBundleCheckError": "because the chain of associations was no longer good",
    "XfrmOutNoStates": "because no security association exists yet",
    "XfrmOutStateProtoError": "by the protocol itself",
    "XfrmOutStateModeError": "by the mode (tunnel, transport)",
    "XfrmOutStateSeqError": "because the sequence numbers are used up",
    "XfrmOutStateExpired": "because the association has expired",
    "XfrmOutStateInvalid": "because the association is not valid",
    "XfrmOutStateDirError": "because the association is for the other direction",
    "XfrmOutPolBlock": "because a policy says so",
    "XfrmOutPolDead": "because the policy is being removed",
    "XfrmOutPolError": "by a fault of the policy",
    "XfrmOutNoQueueSpace": "for want of room in the queue of the aggregation mode (IP-TFS)",
}
# fmt: on
_METRICS: Final = tuple(
    _fault(
        name=f"xfrm.{field}",
        title=f"IPsec drops: {field.removeprefix('Xfrm')}",
        help=f"{'Outbound' if field.startswith('XfrmOut') else 'Inbound'} packets dropped {why}. More is worse.",
    )
    for field, why in _WHY.items()
)
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field.

    Raises:
        ValueError: A line that is not a name and a whole number.
    """
    for field, value in name_values(text, "/proc/net/xfrm_stat"):
        metric = f"xfrm.{field}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.xfrm_stat",
    read=File(path="proc/net/xfrm_stat", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="packets that IPsec dropped, by the reason",
    needs="CONFIG_XFRM_STATISTICS",
)
