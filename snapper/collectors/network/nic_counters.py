"""What a counter of a network card or RDMA device means by its name, for every driver names them as it likes.

No list of all names can be had: there are thousands, and each driver and firmware adds its own. What they have in
common is a handful of words. Counters of single queues are folded into one, `rx_queue_3_drops` into `rx_queue_drops`,
unless the driver has the sum itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final


class Meaning(Enum):
    """What a counter tells by growing."""

    LOST = "lost"
    """Packets dropped, or sending held up, for want of room or by a limit."""
    FAULTY = "faulty"
    """Something damaged, refused or broken."""
    OTHER = "other"
    """Traffic, or how the driver works."""


_HARMLESS: Final = re.compile(
    r"""
    fdir | steer_missed        # no rule of the flow director fits: the packet goes where the hash says
    | rx\w*xdp_drop            # an XDP program asked for it
    | _cache_                  # the driver's pool of pages
    | hwtstamp                 # a time stamp that nobody fetched
    | (?:^|_)xon               # the partner may send again
    | (?:^|_)no_?err | _ok$ | good
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LOST: Final = re.compile(
    r"""
    drop | discard | (?<![a-z])miss(?:ed|es)?(?![a-z]) | no_?(?:buf|desc|dma|mem|res|space|frags)
    | out_of_(?:buf|mem|res) | over_?run
    | over_?flow | fifo | busy | exceeded | pause | xoff | stall | stop(?:ped|s)?(?![a-z]) | queue_full
    | ring_full | starv | throttl | restart | cnp | ecn_mark | xmit_wait
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FAULTY: Final = re.compile(
    r"""
    err(?:or)?s?(?![a-z]) | crc | corrupt | (?<![a-z])bad(?![a-z]) | fail | (?<!de)fault | time_?out
    | (?<!c)hang(?![a-z]) | abort | watchdog | wd_expired
    | coll(?:ision)?s?(?![a-z]) | under_?size | over_?size | jabber | fragments | symbol | carrier | link_down
    | (?<![a-z])[sr]q_num_ | cqovf     # mlx4_ib: all that its queues counted as gone wrong
    | illegal | invalid | retr(?:y|ies|ans) | (?<![a-z])nak | out_of_(?:seq|sync|range) | reset | lost(?![a-z])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUEUE: Final = re.compile(
    r"""
    \[[0-9]+\]:\ ? (?P<behind>.+)                                  # [3]: rx_discards
    | (?P<head> (?:rx|tx)(?:_queue|_ring|_?q)? | queue | q | ch | cpu | rvec )
      [-_]?[0-9]+[._:\ ]+ (?P<tail>.+)                              # rx3_drops, rx-3.drops, queue_3_tx_bad_req_id
    | (?P<before>.+) \[[0-9]+\]                                     # rx_no_buffers_posted[3]
    """,
    re.VERBOSE | re.IGNORECASE,
)


def meaning(name: str) -> Meaning:
    """Tell what a counter counts by the words in its name; what is no loss and no fault is OTHER.

    >>> [meaning(name).value for name in ("rx_missed_errors", "rx_crc_errors", "tx_interrupts", "retransmissions")]
    ['lost', 'faulty', 'other', 'faulty']
    """
    if _HARMLESS.search(name):
        return Meaning.OTHER
    if _LOST.search(name):
        return Meaning.LOST
    return Meaning.FAULTY if _FAULTY.search(name) else Meaning.OTHER


def summed_over_queues(counters: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Fold counters of single queues into one of their sum, but where the driver has the sum itself.

    Args:
        counters: Name and value of each, in the driver's order; a name that is met again is another queue's.

    >>> summed_over_queues([("rx_queue_0_drops", 3), ("rx_queue_1_drops", 4), ("tx_drops", 5), ("tx0_drops", 5)])
    {'tx_drops': 5, 'rx_queue_drops': 7}
    """
    sums: dict[str, int] = {}
    of_queues: dict[str, int] = {}
    for name, value in counters:
        found = _QUEUE.fullmatch(name)
        if found:
            whole = found["behind"] or found["before"] or f"{found['head']}_{found['tail']}"
            of_queues[whole] = of_queues.get(whole, 0) + value
        else:
            sums[name] = sums.get(name, 0) + value
    return sums | {name: value for name, value in of_queues.items() if name not in sums}
