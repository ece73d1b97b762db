"""What the counters of an RDMA port mean: those that the InfiniBand specification lays down.

`sys_infiniband` reads them from /sys/class/infiniband/<device>/ports/<port>/counters.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/stable/sysfs-class-infiniband"

_counter = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=DOC, labels=("port",),
    next="perfquery -x",
)  # fmt: skip
_load = partial(_counter, role=Role.WORKLOAD, worse=Worse.NEITHER)
_fault = partial(_counter, unit="errors", role=Role.ERRORS, worse=Worse.MORE)
_full = partial(_counter, role=Role.SATURATION, worse=Worse.MORE)

# fmt: off
COUNTERS: Final = (
    _load(name="infiniband.port_rcv_data", unit="bytes", title="Bytes received by RDMA port",
          help="Bytes of data that arrived at this port, whether the kernel saw them or not. Demand."),
    _load(name="infiniband.port_xmit_data", unit="bytes", title="Bytes sent by RDMA port",
          help="Bytes of data that this port sent, whether the kernel saw them or not. Demand."),
    _load(name="infiniband.port_rcv_packets", title="Packets received by RDMA port",
          help="Packets that arrived at this port. Demand."),
    _load(name="infiniband.port_xmit_packets", title="Packets sent by RDMA port",
          help="Packets that this port sent. Demand."),
    _load(name="infiniband.unicast_rcv_packets", title="Unicast packets received by RDMA port", role=Role.INTERNAL,
          help="Packets received that were addressed to this port alone."),
    _load(name="infiniband.unicast_xmit_packets", title="Unicast packets sent by RDMA port", role=Role.INTERNAL,
          help="Packets sent to one port alone."),
    _load(name="infiniband.multicast_rcv_packets", title="Multicast packets received by RDMA port",
          role=Role.INTERNAL, help="Packets received that were addressed to a group."),
    _load(name="infiniband.multicast_xmit_packets", title="Multicast packets sent by RDMA port", role=Role.INTERNAL,
          help="Packets sent to a group."),
    _full(name="infiniband.port_xmit_wait", unit="events", title="RDMA port waited to send",
          help="Ticks of the port's clock in which it had data to send and no credit of the other end, or no turn. "
               "More means congestion in the fabric or a slow receiver."),
    _full(name="infiniband.port_xmit_discards", title="Packets discarded by RDMA port",
          help="Packets to be sent that were thrown away because the port is down or congested."),
    _full(name="infiniband.port_rcv_discards", title="Received packets discarded by RDMA port",
          help="Packets received that were thrown away for want of room."),
    _full(name="infiniband.VL15_dropped", title="Management packets dropped by RDMA port",
          help="Packets of the subnet's management dropped for want of buffers."),
    _fault(name="infiniband.excessive_buffer_overrun_errors", title="Buffer overruns of RDMA port",
           help="Times the port's input buffer overflowed though flow control forbids it: wrong settings or a fault "
                "of hardware."),
    _fault(name="infiniband.symbol_error", title="Symbol errors of RDMA port",
           help="Small errors on any lane of the link. More than a few an hour points at a cable or transceiver."),
    _fault(name="infiniband.link_error_recovery", unit="events", title="RDMA link retrained",
           help="Times the link recovered from errors by itself. More points at a cable or transceiver."),
    _fault(name="infiniband.link_downed", unit="events", title="RDMA link lost",
           help="Times the link could not recover and went down. Any that nobody caused points at a cable, a port or "
                "the partner."),
    _fault(name="infiniband.local_link_integrity_errors", title="Link integrity errors of RDMA port",
           help="Times the number of errors on the link exceeded what is allowed."),
    _fault(name="infiniband.port_rcv_errors", title="Packets received in error by RDMA port",
           help="Packets received that hold an error. More is worse."),
    _fault(name="infiniband.port_rcv_remote_physical_errors", title="Packets marked bad on the way to RDMA port",
           help="Packets that a switch had already marked as bad: the fault is further away."),
    _fault(name="infiniband.port_rcv_switch_relay_errors", title="Packets that a switch could not pass on",
           help="Packets received that could not be passed on. More points at routes of the subnet."),
    _fault(name="infiniband.port_rcv_constraint_errors", title="Packets refused on receipt by RDMA port",
           help="Packets received and discarded for their partition or by raw filtering."),
    _fault(name="infiniband.port_xmit_constraint_errors", title="Packets refused for sending by RDMA port",
           help="Packets not sent for their partition or by raw filtering."),
)
HARDWARE: Final = {
    "lost": _full(
        name="infiniband.hw_lost", labels=("port", "counter"), title="Losses counted by the RDMA device",
        help="A counter of the device for what was dropped or held up: no receive buffer, congestion marks, pauses. "
             "What exactly it counts the driver's documentation says."),
    "faulty": _fault(
        name="infiniband.hw_faults", labels=("port", "counter"), title="Faults counted by the RDMA device",
        help="A counter of the device for what failed or was tried again: retries, timeouts, packets out of sequence. "
             "More is worse; what exactly it counts the driver's documentation says."),
}
"""For counters in hw_counters, whose names are the driver's own; by `nic_counters.Meaning`."""
# fmt: on
