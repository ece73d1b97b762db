"""What goes wrong with the network and its sockets, and what only looks so."""

from __future__ import annotations

from typing import Final

from lab.faults.metrics import CPU, SOCKETS, SWITCHES, TRAFFIC, WAITING
from lab.truth import Fault, Truth

LOAD: Final = Truth(
    metrics=(*TRAFFIC, "snmp.Tcp.*", "ss.*", "sockstat.*"),
    resource="network",
    program="",
    allowed=("client", "service"),
    effects=(
        *CPU,
        *WAITING,
        *SWITCHES,
        *SOCKETS,
        "proc.*",
        "interrupts.*",
        "softirqs.*",
        "stat.*",
        "netstat.*",
        "tcp.*",
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="packet-loss",
        kind="network",
        acts=(("lossy", "2"),),
        needs=("loss",),
        truth=Truth(
            metrics=(
                "snmp.Tcp.RetransSegs",
                "tcp.retransmit_ratio",
                "netstat.TcpExt.*",
                "ss.*retrans*",
                "ip.*",
                "qdisc.*",
            ),
            resource="network",
            effects=(*TRAFFIC, *SOCKETS, "snmp.*", *CPU, "proc.*ctxt_switches", "proc.syscr", "proc.syscw"),
        ),
    ),
    Fault(
        name="shaping",
        kind="network",
        acts=(("shaped", "1mbit"),),
        needs=("shaping",),
        truth=Truth(
            metrics=("qdisc.*", "netdev.*", "snmp.Tcp.*Segs", "ss.*"),
            resource="network",
            allowed=("client", "service"),  # they get less through
            effects=(*TRAFFIC, *SOCKETS, "snmp.*", *CPU, *SWITCHES, "interrupts.*", "softirqs.*", "stat.*", "proc.*"),
        ),
    ),
    Fault(
        name="accept-overflow",
        kind="network",
        loads=(("deaf",), ("knocker",)),
        truth=Truth(
            metrics=(
                "netstat.TcpExt.Listen*",
                "ss.*accept*",
                "ss.drops",
                "ss.program_drops",
                "netstat.TcpExt.TCP*Syn*",
                "netstat.TcpExt.TCPTimeouts",
            ),
            resource="sockets",
            program="deaf",
            allowed=("knocker",),
            effects=(*TRAFFIC, *SOCKETS, "snmp.*", "tcp.*"),
        ),
    ),
    Fault(
        name="udp-errors",
        kind="network",
        loads=(("udpsink",), ("udpsource",)),
        truth=Truth(
            metrics=("snmp.Udp.*", "ss.*drops", "ss.udp_receive_queue", "ss.program_receive_queue"),
            resource="network",
            program="udpsink",
            allowed=("udpsource",),
            effects=(*TRAFFIC, *SOCKETS, *SWITCHES),
        ),
    ),
    Fault(
        name="time-wait",
        kind="network",
        loads=(("hasty",),),
        truth=Truth(
            metrics=("sockstat.TCP.tw*", "ss.*", "netstat.TcpExt.TW*"),
            resource="sockets",
            program="hasty",
            effects=(*TRAFFIC, "snmp.*", *SOCKETS, *SWITCHES),
        ),
    ),
    Fault(
        name="close-wait",
        kind="network",
        loads=(("forgetful",),),
        truth=Truth(metrics=SOCKETS, resource="sockets", program="forgetful", effects=(*TRAFFIC, "snmp.*")),
    ),
    Fault(
        name="connection-storm",
        kind="network",
        loads=(("stormer",),),
        truth=Truth(
            metrics=("snmp.Tcp.*", "netstat.TcpExt.TCPAbort*", *TRAFFIC),
            resource="network",
            program="stormer",
            effects=(*SOCKETS, *CPU, *SWITCHES, "netstat.*", "softirqs.*"),
        ),
    ),
    Fault(
        name="congestion-control",
        kind="network",
        acts=(("setting", "net/ipv4/tcp_congestion_control", "reno"),),
        needs=("reno",),
        truth=Truth(metrics=("sysctl", "ss.congestion_control"), resource="network", effects=("netstat.TcpExt.*",)),
    ),
    Fault(
        name="steal",
        kind="load",
        needs=("steal",),
        truth=Truth(metrics=("cpu.steal", "stat.cpu.steal"), resource="cpu"),
    ),
    Fault(name="load-doubled", kind="load", service={"rate": 2}, truth=LOAD),
    Fault(name="load-halved", kind="load", service={"rate": 0.5}, truth=LOAD),
)
