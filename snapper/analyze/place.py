"""Where it happened: the device, listener or peer behind a change that is told of the whole host.

Most series say it themselves (`disk.utilization` of vda). What the kernel counts for all listeners, all
connections or all disks together is laid at the door of one of them only where its own account moved
along, by a share that is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from snapper.analyze.endpoints import endpoint_of
from snapper.analyze.groups import device_of
from snapper.analyze.judge import Judged, tells
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import within
from snapper.units import format_value


def place_of(judged: Judged, rows: Sequence[int], thresholds: Thresholds) -> str:
    """Say where a finding happened, if its face does not and something measured does; else empty.

    Args:
        judged: Verdicts on all series.
        rows: Of the finding, its face first.
        thresholds: From which share of the change on a place is named.
    """
    compared = judged.compared
    if compared.instances[rows[0]]:
        return ""
    for row in rows:
        device = device_of(compared.metrics[row], compared.instances[row])
        if device and judged.flagged[row] and tells(compared.metrics[row]):
            return f"at {device}"
    found = next((found for row in rows if (found := endpoint_of(judged, row, thresholds))), None)
    if found is None:
        return ""
    account, which = within(compared.metrics[found.row].title), compared.instances[found.row]
    return f"at {found.endpoint.what} {which} ({format_value(found.share, 'ratio')} of {account})"
