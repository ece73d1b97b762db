"""vmstat, iostat and ss of other machines, sysstat 9.0 to 12.8 and procps 3.2.9 to 4.0.6, against what others read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors.disks.iostat_reports import Report, reports_of
from snapper.collectors.memory.cmd_vmstat import reports
from snapper.collectors.network.ss_lines import sockets_of
from tests.collectors.corpus_trees import cases, parsed, told

JC_VMSTAT = {
    "r": "runnable_procs", "b": "uninterruptible_sleeping_procs", "swpd": "virtual_mem_used", "free": "free_mem",
    "buff": "buffer_mem", "cache": "cache_mem", "inact": "inactive_mem", "active": "active_mem", "si": "swap_in",
    "so": "swap_out", "bi": "blocks_in", "bo": "blocks_out", "in": "interrupts", "cs": "context_switches",
    "us": "user_time", "sy": "system_time", "id": "idle_time", "wa": "io_wait_time", "st": "stolen_time",
}  # fmt: skip

VMSTAT_REFUSED = {"-s": 35, "-d": 9, "-m": 9, "-D": 6, "jc/centos-7.7-vmstat-dt": 1}
"""Other views than the default one, which our arguments never ask for."""

IOSTAT_REFUSED = {
    "lacks extended statistics": 76,  # without -x, with -s (short), or with --pretty, which splits the columns
    "numbers without units": 3,  # --human
}
"""By what the message says; our arguments ask for -x and for plain numbers."""


def refusal(text: str, read: Any) -> str:
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return ""


def test_vmstat_of_every_version_reads_or_is_another_view(corpus: Path) -> None:
    found = cases(corpus, "vmstat")
    refused = Counter(name.rpartition("__")[2] for name, text in found.items() if refusal(text, reports))

    assert refused == VMSTAT_REFUSED
    assert len(found) == 118


def test_vmstat_gives_each_number_the_name_that_stands_above_it(corpus: Path) -> None:
    seen = 0
    for name, text in cases(corpus, "vmstat").items():
        if refusal(text, reports):
            continue
        _, names, *rows = [line.split() for line in text.splitlines() if line.strip()]
        rows = [row for row in rows if row[0].isdecimal()]

        assert reports(text) == [dict(zip(names, map(int, row), strict=True)) for row in rows], name
        seen += 1
    assert seen >= 55


def test_vmstat_reads_as_jc_reads_it(corpus: Path) -> None:
    for case in ("jc/centos-7.7-vmstat-a", "jc/generic-vmstat-extra-wide", "jc/ubuntu-18.04-vmstat-1-long"):
        expected = [
            {ours: row[theirs] for ours, theirs in JC_VMSTAT.items() if row[theirs] is not None}
            for row in told(corpus, case)
        ]

        assert reports((corpus / case / "input").read_text(encoding="utf-8")) == expected


def test_vmstat_means_leave_out_the_report_since_boot(corpus: Path) -> None:
    case = "jc/ubuntu-18.04-vmstat-1-long"
    rows = told(corpus, case)[1:]

    found = parsed("cmd.vmstat", (corpus / case / "input").read_text(encoding="utf-8"))

    for metric, theirs, unit in (
        ("vmstat_tool.bi", "blocks_in", 1024), ("vmstat_tool.free", "free_mem", 1024),
        ("vmstat_tool.cs", "context_switches", 1), ("vmstat_tool.us", "user_time", 0.01),
    ):  # fmt: skip
        assert found[metric] == pytest.approx(sum(row[theirs] for row in rows) / len(rows) * unit)


def test_vmstat_with_nothing_but_the_report_since_boot_tells_nothing(corpus: Path) -> None:
    alone = [
        text for text in cases(corpus, "vmstat").values() if not refusal(text, reports) and len(reports(text)) == 1
    ]

    assert [parsed("cmd.vmstat", text) for text in alone] == [{}] * len(alone)
    assert len(alone) >= 50


def test_iostat_of_every_version_reads_or_says_what_it_lacks(corpus: Path) -> None:
    found = cases(corpus, "iostat")
    why = {name: refusal(text, reports_of) for name, text in found.items()}
    extended = [name for name, text in found.items() if re.search(r"^Device:? .* r/s .*%util$", text, re.MULTILINE)]

    said = [message for message in why.values() if message]
    refused = Counter(next((reason for reason in IOSTAT_REFUSED if reason in message), message) for message in said)

    assert refused == IOSTAT_REFUSED
    assert not [name for name in extended if why[name]]
    assert len(extended) >= 48
    assert len(found) == 131


def test_iostat_says_the_same_in_text_and_in_json(corpus: Path) -> None:
    seen = 0
    for name, text in cases(corpus, "iostat").items():
        in_json = corpus / name / "expected.json"
        if not in_json.is_file() or name.startswith("jc/"):
            continue

        assert reports_of(text) == reports_of(in_json.read_text(encoding="utf-8")), name
        seen += 1
    assert seen >= 16


def as_jc_reads_it(rows: list[dict[str, Any]]) -> list[Report]:
    found: list[Report] = []
    for row in rows:
        numbers = {
            re.sub("^percent_", "%", name): value for name, value in row.items() if name not in {"type", "device"}
        }
        if row["type"] == "cpu":
            found.append(Report(numbers, {}))
        else:
            found[-1].disks[row["device"]] = numbers
    return found


def test_iostat_reads_as_jc_reads_it(corpus: Path) -> None:
    def small(name: str) -> str:
        return name.replace("/", "_").replace("-", "_").lower()

    seen = 0
    for name, text in cases(corpus, "iostat").items():
        if not name.startswith("jc/") or refusal(text, reports_of):
            continue
        found = [
            Report(
                report.cpu,
                {disk: {small(key): value for key, value in row.items()} for disk, row in report.disks.items()},
            )
            for report in reports_of(text)
        ]

        assert found == as_jc_reads_it(told(corpus, name)), name
        seen += 1
    assert seen == 4


def test_iostat_means_leave_out_the_report_since_boot(corpus: Path) -> None:
    text = (corpus / "pcp/iostat-iostat-x/input").read_text(encoding="utf-8")

    found = parsed("cmd.iostat", text)

    assert found["iostat.writes[sdb]"] == pytest.approx(10.63 / 2)
    assert found["iostat.read_bytes[sdb]"] == pytest.approx(2.66 / 2 * 512)
    assert found["iostat.await[sdb]"] == pytest.approx(0.00436)
    assert found["iostat.util[sda]"] == pytest.approx(0.00065)
    assert "iostat.await[scd0]" not in found


def test_iostat_with_nothing_but_the_report_since_boot_tells_nothing(corpus: Path) -> None:
    texts = [text for text in cases(corpus, "iostat").values() if not refusal(text, reports_of)]
    alone = [text for text in texts if len(reports_of(text)) == 1]

    assert [parsed("cmd.iostat", text) for text in alone] == [{}] * len(alone)
    assert len(alone) >= 35


def test_ss_reads_as_jc_reads_it(corpus: Path) -> None:
    for case in ("jc/centos-7.7-ss-sudo-a", "jc/ubuntu-18.04-ss-sudo-tulpen"):
        text = (corpus / case / "input").read_text(encoding="utf-8")
        expected = [
            (row["netid"], row["state"], row["recv_q"], row["send_q"], row["local_port"])
            for row in told(corpus, case)
            if row["netid"] in {"tcp", "udp"}
        ]

        sockets = [socket for socket in sockets_of(text) if socket.netid in {"tcp", "udp"}]

        assert [(s.netid, s.state, s.receive_queue, s.send_queue, s.port) for s in sockets] == expected
        states = Counter(f"ss.sockets[{netid} {state}]" for netid, state, *_ in expected)
        found = parsed("cmd.ss", text)
        assert {name: value for name, value in found.items() if name.startswith("ss.sockets[") and value} == states


def test_ss_names_the_program_that_jc_finds(corpus: Path) -> None:
    case = "jc/ubuntu-18.04-ss-sudo-tulpen"
    sockets = list(sockets_of((corpus / case / "input").read_text(encoding="utf-8")))

    for socket, row in zip(sockets, told(corpus, case), strict=True):
        holders = {held["user"] for held in row.get("opts", {}).get("process_id", {}).values()}
        assert {socket.program} <= holders | ({""} if not holders else set())


@pytest.mark.parametrize(
    ("case", "name", "value"),
    [
        ("pcp/ss-ss_noemitauOH_ubuntu.txt", "ss.connections[tcp :22]", 3),
        ("pcp/ss-ss_noemitauOH_ubuntu.txt", "ss.rtt[remote]", (3.14 + 0.165 + 0.231) / 3000),
        ("pcp/ss-ss_noemitauOH_ubuntu.txt", "ss.drops[tcp :53]", 0),
        ("pcp/ss-ss_noemitauOH_ubuntu.txt", "ss.sockets[tcp LISTEN]", 17),
        ("insights/netstat-SS_TULPN_2", "ss.udp_receive_queue[udp :68]", 14592),
        ("insights/netstat-Ss_TUPNA", "ss.backlog[tcp :22 sshd]", 256),
        ("insights/netstat-SS_TUPNA_DOCS", "ss.backlog[tcp :111 rpcbind]", 128),
        ("insights/netstat-Ss_TULPN", "ss.backlog[tcp :25 master]", 100),
    ],
)
def test_ss_sums(corpus: Path, case: str, name: str, value: float) -> None:
    found = parsed("cmd.ss", (corpus / case / "input").read_text(encoding="utf-8"))

    assert found[name] == pytest.approx(value)
