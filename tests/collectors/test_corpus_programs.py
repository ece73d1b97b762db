"""pidstat, ps and other tools that tell of programs and containers, of other machines, against what others read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from snapper.collectors.programs.cmd_ps import _rows
from snapper.collectors.programs.pidstat_reports import reports_of
from tests.collectors.corpus_trees import rows as rows_of
from tests.collectors.corpus_trees import said, told

PIDSTAT_REFUSED = {"sysstat/out-e.pidstat-I": "--human, which writes units: our arguments never ask for it"}
PIDSTAT_SILENT = {
    "sysstat/out-e.pidstat-C": "no process matched at any report",
    "sysstat/out-e.pidstat-A-TCHILD": "-T CHILD: sums since the start of the children that have ended, no rates",
    "sysstat/out-e1.pidstat-A-TCHILD": "-T CHILD",
    "sysstat/out-e1.pidstat-At-TCHILD-ALL": "-T CHILD",
    "sysstat/out-v12.3.3-pidstat-A-TCHILD": "-T CHILD",
    "sysstat/out-v12.5.6-pidstat-A-TCHILD": "-T CHILD",
}
PIDSTAT_JSON = {
    "task-cpu-load": {"usr": "%usr", "system": "%system", "guest": "%guest", "wait": "%wait", "cpu": "%CPU"},
    "task-memory": {"minflt/s": "minflt/s", "majflt/s": "majflt/s"},
    "io": {"kB_rd/s": "kB_rd/s", "kB_wr/s": "kB_wr/s", "kB_ccwr/s": "kB_ccwr/s"},
    "context-switch": {"cswch/s": "cswch/s", "nvcswch/s": "nvcswch/s"},
}
"""pidstat's own JSON: table → its name → the heading in text."""
PIDSTAT_JC = {
    "percent_usr": "%usr", "percent_system": "%system", "percent_guest": "%guest", "percent_cpu": "%CPU",
    "minflt_s": "minflt/s", "majflt_s": "majflt/s", "kb_rd_s": "kB_rd/s", "kb_wr_s": "kB_wr/s",
    "kb_ccwr_s": "kB_ccwr/s", "cswch_s": "cswch/s", "nvcswch_s": "nvcswch/s",
}  # fmt: skip
PS_REFUSED = {
    "insights/ps-PsAuxcww_BAD": "cut off in its second row; insights reads nothing of it either",
    "toolrun/collectl_debian-i686-rt-30s__ps-busybox-1.35.0__-o_pid-ppid-vsz-rss-stat-comm-args": "busybox writes 24m",
}


def cases(corpus: Path, *categories: str) -> dict[str, Path]:
    names = [row["case"] for row in rows_of(corpus, "MANIFEST.tsv") if row["category"] in categories]
    return {name: corpus / name / "input" for name in names}


def refusal(source: str, path: Path) -> str:
    try:
        said(source, path)
    except ValueError as error:
        return str(error)
    return ""


def test_pidstat_of_every_version_reads_or_says_why_not(corpus: Path) -> None:
    found = cases(corpus, "pidstat")
    refused = {case: why for case, path in found.items() if (why := refusal("cmd.pidstat", path))}
    silent = {case for case, path in found.items() if case not in refused and not said("cmd.pidstat", path)}

    assert refused.keys() == PIDSTAT_REFUSED.keys()
    assert "numbers without units" in refused["sysstat/out-e.pidstat-I"]
    assert silent == PIDSTAT_SILENT.keys()
    assert len(found) == 50


@pytest.mark.parametrize(
    ("case", "reports"),
    [
        ("sysstat/out-e1.pidstat-At", None),
        ("sysstat/out-e1.pidstat-At-TALL-ALL", 2),  # of its reports, the JSON has these alone
        ("sysstat/out-e1.pidstat-C", None),
    ],
)
def test_pidstat_reads_as_its_own_json(corpus: Path, case: str, reports: int | None) -> None:
    rows = reports_of((corpus / case / "input").read_text(encoding="utf-8")).rows
    statistics = told(corpus, case)["sysstat"]["hosts"][0]["statistics"]

    for table, names in PIDSTAT_JSON.items():
        ours = [(row.command, row.values) for row in rows if row.values.keys() == set(names.values())]
        theirs = [
            (row["cmd"], {ours: row[theirs] for theirs, ours in names.items()})
            for report in statistics
            for row in report.get(table, [])
            if row.get("TID", "") == ""
        ]
        assert (ours[: len(theirs)] if reports else ours) == theirs, table
    assert rows
    assert reports in {None, len(statistics)}


def test_pidstat_means_cover_reports_in_which_nobody_did_anything(corpus: Path) -> None:
    path = corpus / "sysstat/out-e1.pidstat-C/input"

    assert reports_of(path.read_text(encoding="utf-8")).reports("%usr") == 6
    assert said("cmd.pidstat", path)["pidstat.usr[firefox]"] == pytest.approx(0.0013 / 6)


@pytest.mark.parametrize("case", ["jc/centos-7.7-pidstat-hdlrsuw", "jc/centos-7.7-pidstat-hl"])
def test_pidstat_reads_as_jc_reads_it(corpus: Path, case: str) -> None:
    rows = reports_of((corpus / case / "input").read_text(encoding="utf-8")).rows

    for row, expected in zip(rows, told(corpus, case), strict=True):
        known = {ours: expected[theirs] for theirs, ours in PIDSTAT_JC.items() if theirs in expected}
        assert (row.time, row.command) == (str(expected["time"]), expected["command"].strip())
        assert row.values == {name: value for name, value in known.items() if value != -1.0}


def test_pidstat_reads_as_insights_reads_it(corpus: Path) -> None:
    case = "insights/pidstat-PIDSTAT_OUTPUT"
    rows = reports_of((corpus / case / "input").read_text(encoding="utf-8")).rows

    for row, expected in zip(rows, told(corpus, case)[0]["result"]["data"], strict=True):
        assert row.command == expected["Command"]
        assert row.values == {name: float(expected[name]) for name in ("%usr", "%system", "%guest", "%wait", "%CPU")}


def test_pidstat_versions_agree_on_one_machine(corpus: Path) -> None:
    """The same recorded /proc under sysstat 9.1 to 12.7."""
    cpu = [
        {name: value for name, value in said("cmd.pidstat", path).items() if name.startswith("pidstat.CPU")}
        for case, path in cases(corpus, "pidstat").items()
        if re.search(r"sysstat_roots-1-2.*__-u_", case)
    ]

    assert len(cpu) == 5
    assert all(found == cpu[0] for found in cpu)
    assert cpu[0]["pidstat.CPU[firefox]"] == pytest.approx(0.0125)


def test_ps_of_every_version_reads_or_says_why_not(corpus: Path) -> None:
    found = cases(corpus, "ps")
    refused = {case for case, path in found.items() if refusal("cmd.ps", path)}

    assert refused == PS_REFUSED.keys()
    assert len(found) == 27


def test_ps_reads_as_jc_reads_it(corpus: Path) -> None:
    for case, columns in (
        ("jc/centos-7.7-ps-axu", {"PID": "pid", "RSS": "rss", "STAT": "stat", "TIME": "time"}),
        ("jc/ubuntu-18.04-ps-ef", {"PID": "pid", "PPID": "ppid", "STIME": "stime", "TIME": "time"}),
    ):
        rows = list(_rows((corpus / case / "input").read_text(encoding="utf-8")))
        for row, expected in zip(rows, told(corpus, case), strict=True):
            assert {ours: row[ours] for ours in columns} == {ours: str(expected[of]) for ours, of in columns.items()}
            assert row[""] == expected.get("command", expected.get("cmd"))


def test_ps_reads_as_insights_reads_it(corpus: Path) -> None:
    for case, path in cases(corpus, "ps").items():
        if not case.startswith("insights/") or case in PS_REFUSED:
            continue
        rows = list(_rows(path.read_text(encoding="utf-8")))
        theirs = [row for row in told(corpus, case)[0]["result"]["data"] if row["PID"] != "-"]
        assert [row["PID"] for row in rows] == [row["PID"] for row in theirs], case
        assert [row[""] for row in rows] == [row["COMMAND"] for row in theirs], case


def test_ps_versions_agree_on_one_machine(corpus: Path) -> None:
    """A column with blanks in it, brackets, and titles: the states and sums are the same."""
    states = []
    for case, path in cases(corpus, "ps").items():
        if "debian-i686" in case and re.search("__(?:aux|axo_pid-ppid)", case):
            found = said("cmd.ps", path)
            states.append({name: value for name, value in found.items() if name.startswith("ps.processes")})

    assert len(states) == 6
    assert all(found == states[0] for found in states)


def test_ps_counts_the_processes_that_the_kernel_had(corpus: Path) -> None:
    recorded = corpus / "collectl/debian-i686-rt-30s/before/proc"
    states = Counter(path.read_text().rpartition(")")[2].split()[0] for path in recorded.glob("[0-9]*/stat"))
    path = corpus / (
        "toolrun/collectl_debian-i686-rt-30s__ps-procps-ng-3.3.17__"
        "axo_pid-ppid-user-stat-ni-pri-rss-vsz-nlwp-time-comm/input"
    )

    found = said("cmd.ps", path)

    assert {state: found.get(f"ps.processes[{state}]") for state in states} == dict(states)


def test_limits_that_are_no_table_are_refused(corpus: Path) -> None:
    assert "should be a table" in refusal("proc.pid.limits", corpus / "insights/proc_limits-PROC_LIMITS_ERR/input")


def test_wait_channels_of_every_tree_are_read(corpus: Path) -> None:
    files = list(corpus.glob("*/*/root/proc/[0-9]*/wchan"))

    assert [said("proc.pid.wchan", path) for path in files] == [{}] * len(files)  # all of them idle
    assert len(files) == 13


def test_containers_of_docker(corpus: Path) -> None:
    case = "insights/docker_list-DOCKER_LIST_CONTAINERS"

    assert said("cmd.docker", corpus / case / "input") == {
        "docker.containers[running]": 1,
        "docker.containers[exited]": 1,
        "docker.image[rhel7_httpd]": "rhel7_httpd",
        "docker.image[unnamed]": "bd8638c869ea40a9269d87e9af6741574562af9ee013e03ac2745fb5f59e2478",
        "docker.state[rhel7_httpd]": "running",
        "docker.state[unnamed]": "exited 137",
    }


def test_containers_of_kubernetes(corpus: Path) -> None:
    case = "insights/crictl_ps-CRICTL_PS_WITH_DIFFERENT_STATES"

    found = said("cmd.crictl", corpus / case / "input")

    for row in told(corpus, case)[0]["result"]:
        name = f"{row['pod'].removesuffix('-7cd97c59ff-dwckz')}/{row['name']}"
        assert found[f"crictl.attempts[{name}]"] == int(row["attempt"])
        assert found[f"crictl.image[{name}]"] == row["image"]
        assert found[f"crictl.state[{name}]"] == row["state"].lower()
    assert "heading" in refusal("cmd.crictl", corpus / "insights/crictl_ps-CRICTL_PS_INVALID_HEADER/input")


def test_what_a_machine_runs_on(corpus: Path) -> None:
    assert said("cmd.virt-what", corpus / "insights/virt_what-VW_OUT3/input") == {"virt.what": "xen xen-dom0 aws"}


def test_a_mode_of_resctrl_that_there_is_not(corpus: Path) -> None:
    with pytest.raises(ValueError, match="should be shareable, exclusive or pseudo-locked, and is 'invalid_mode"):
        said("sys.fs.resctrl", corpus / "below/resctrlfs-test_read_inode_number-mode-247c/input", "mode")
