"""What fixtures cannot say of the host's configuration: what is left out, and shapes that only some hosts have."""

from __future__ import annotations

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.record.plan import Files


def facts(source: str, text: str, key: str = "") -> dict[str, float | str]:
    return {
        f"{reading.metric}[{reading.instance}]": reading.value
        for reading in all_collectors()[source].parse(text, Origin(key=key))
    }


@pytest.mark.parametrize(
    ("source", "key", "text"),
    [
        ("sys.block", "loop3/queue/nr_requests", "128\n"),
        ("sys.block", "loop3/size", "0\n"),
        ("sys.block", "ram0/ro", "0\n"),
        ("sys.block", "zram0/size", "0\n"),
        ("sys.block", "zram0/queue/scheduler", "none\n"),
        ("sys.block", "sda/queue/no_such_setting", "1\n"),
        ("sys.block", "sda/device/model", "\n"),
        ("sys.thp", "khugepaged/full_scans", "17\n"),
        ("sys.thp", "khugepaged/pages_collapsed", "3\n"),
        ("sys.thp", "hpage_pmd_size", "2097152\n"),
        ("sys.cpufreq", "cpu0/cpufreq/scaling_cur_freq", "800000\n"),
        ("sys.cpufreq", "cpu0/cpufreq/related_cpus", "0 1\n"),
        ("sys.cpufreq.current", "cpu0/cpufreq/scaling_cur_freq", "<unknown>\n"),
        ("proc.cmdline", "", "\n"),
        ("proc.modules", "", ""),
        ("etc.os-release", "", "ID=x\nBUILD_ID=\nHOME_URL=https://x/\n"),
    ],
)
def test_what_is_no_configuration_is_left_out(source: str, key: str, text: str) -> None:
    assert facts(source, text, key) == ({"os_release[ID]": "x"} if source == "etc.os-release" else {})


@pytest.mark.parametrize(
    ("key", "text", "fact"),
    [
        ("nvme0n1/queue/scheduler", "[none] mq-deadline\n", {"block.scheduler[nvme0n1]": "none"}),
        ("dm-3/dm/name", "vg-root\n", {"block.dm_name[dm-3]": "vg-root"}),
        ("cciss!c0d0/size", "1000\n", {"block.size[cciss!c0d0]": "512000 bytes"}),
        ("sda/device/vendor", "ATA     \n", {"block.vendor[sda]": "ATA"}),
        ("sda/device/wwid", "t10.ATA  DISK  1\n", {"block.wwid[sda]": "t10.ATA DISK 1"}),
        ("sda/device/queue_depth", "32\n", {"block.queue_depth[sda]": "32"}),
        ("sda/queue/wbt_lat_usec", "-1\n", {"block.wbt_lat_usec[sda]": "-1"}),
    ],
)
def test_a_disk_is_told_by_its_files(key: str, text: str, fact: dict[str, str]) -> None:
    assert facts("sys.block", text, key) == fact


@pytest.mark.parametrize("text", ["[none] [bfq]\n", "[]\n", "none bfq\n", "[none\n"])
def test_a_scheduler_that_is_not_one_choice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="should have one scheduler"):
        facts("sys.block", text, "sda/queue/scheduler")


@pytest.mark.parametrize("source", ["sys.block", "sys.thp", "sys.cpufreq", "sys.cpufreq.current", "proc.sys"])
def test_no_two_patterns_of_a_source_give_one_key(source: str) -> None:
    read = all_collectors()[source].read
    assert isinstance(read, Files)
    parts = [pattern.split("/") for pattern in read.patterns]
    wild = [next(place for place, part in enumerate(pattern) if {"*", "["} & {*part}) for pattern in parts]

    assert len({tuple(pattern[:place]) for pattern, place in zip(parts, wild, strict=True)}) == 1


def test_a_kernel_parameter_named_twice_has_both_values_and_quotes_hold_blanks_together() -> None:
    assert facts("proc.cmdline", 'a=1 b a=2 c="x y" "d=z w" <script>alert(1)</script>\n') == {
        "cmdline[a]": "1 2",
        "cmdline[b]": "set",
        "cmdline[c]": "x y",
        "cmdline[d]": "z w",
        "cmdline[<script>alert(1)</script>]": "set",
    }


@pytest.mark.parametrize(
    "line",
    [
        "nvme 49152 1 - Live 0x0000000000000000",
        "nf_tables 1 - nft_ct,nft_nat, Live 0xffffffffc0000000 (OE+)",
        "nvme 49152 1 -",
        "nvme 49152 -",
    ],
)
def test_a_module_of_any_kernel_is_loaded(line: str) -> None:
    assert list(facts("proc.modules", f"{line}\n").values()) == ["loaded"]


def test_cpus_that_differ_are_all_named_and_their_clock_is_the_mean() -> None:
    blocks = "".join(
        f"processor\t: {n}\nmodel name\t: Core {kind}\ncpu MHz\t\t: {mhz}\nbugs\t\t:\n\n"
        for n, (kind, mhz) in enumerate([("P", 3000.5), ("P", 1000.5), ("E", 2000.0)])
    )

    assert facts("proc.cpuinfo", blocks) == {
        "cpuinfo.processors[]": "3",
        "cpuinfo.model_name[]": "Core P, Core E",
        "cpuinfo.bugs[]": "(none)",
        "cpuinfo.MHz[]": pytest.approx(2000333333.33),
    }
