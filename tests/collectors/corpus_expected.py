"""What others make of files and print-outs that were recorded alone, put into our readings' names and units."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from snapper.collectors.filesystems.mount_points import lasts
from tests.collectors.corpus_trees import told

KIB, SECTOR, PAGE, MS, US, TICK = 1024, 512, 4096, 1e-3, 1e-6, 1e-2
Expect = Callable[[Any], dict[str, Any]]
"""What somebody else makes of a case → our reading and its value."""


def diskstats(disk: str, fields: dict[str, Any], names: dict[str, tuple[str, float]]) -> dict[str, Any]:
    return {f"diskstats.{ours}[{disk}]": int(fields[theirs]) * unit for theirs, (ours, unit) in names.items()}


JC_DISK = {
    "reads_completed": ("read_ios", 1), "reads_merged": ("read_merges", 1), "sectors_read": ("read_sectors", SECTOR),
    "read_time_ms": ("read_ticks", MS), "writes_completed": ("write_ios", 1), "writes_merged": ("write_merges", 1),
    "sectors_written": ("write_sectors", SECTOR), "write_time_ms": ("write_ticks", MS),
    "io_in_progress": ("in_flight", 1), "io_time_ms": ("io_ticks", MS), "weighted_io_time_ms": ("time_in_queue", MS),
}  # fmt: skip
BELOW_DISK = {
    "read_completed": ("read_ios", 1), "read_merged": ("read_merges", 1), "read_sectors": ("read_sectors", SECTOR),
    "time_spend_read_ms": ("read_ticks", MS), "write_completed": ("write_ios", 1),
    "write_merged": ("write_merges", 1), "write_sectors": ("write_sectors", SECTOR),
    "time_spend_write_ms": ("write_ticks", MS),
}  # fmt: skip
STAT_TIMES = ("utime", "stime", "cutime", "cstime")


def of_stat(told: Any) -> dict[str, Any]:
    """jc's fields of a process, which are the kernel's own."""
    same = {f"proc.{name}": told[name] for name in ("minflt", "majflt", "num_threads", "vsize")}
    return {**same, "proc.rss": told["rss"] * PAGE, **{f"proc.{name}": told[name] * TICK for name in STAT_TIMES}}


def of_host_stat(told: Any) -> dict[str, Any]:
    times = {f"stat.cpu.{mode}": ticks * TICK for mode, ticks in told["cpu"].items()}
    names = {"ctxt": "context_switches", "processes": "processes", "procs_running": "processes_running"}
    return {**times, **{f"stat.{ours}": told[theirs] for ours, theirs in names.items()}}


def of_softnet(told: Any) -> dict[str, Any]:
    names = {
        "processed": "packet_process", "dropped": "packet_drops", "time_squeeze": "time_squeeze",
        "received_rps": "received_rps", "flow_limit_count": "flow_limit_count",
    }  # fmt: skip
    sums = {ours: [cpu[theirs] for cpu in told["cpu_nstats"]] for ours, theirs in names.items()}
    return {f"softnet.{ours}": sum(values) for ours, values in sums.items() if None not in values}


def of_sockstat(told: Any) -> dict[str, Any]:
    names = {"sockets": "sockets", "tcp": "TCP", "udp": "UDP", "udplite": "UDPLITE", "raw": "RAW", "frag": "FRAG"}
    return {
        f"sockstat.{names[protocol]}.{field}": int(value) * (PAGE if field == "mem" else 1)
        for protocol, fields in told.items()
        for field, value in fields.items()
    }


def of_df(told: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in (row for row in told if lasts(row["mounted_on"])):
        names = {"size": "1k_blocks", "used": "used", "avail": "available"}
        found |= {f"df.{ours}[{row['mounted_on']}]": row[theirs] * KIB for ours, theirs in names.items()}
    return found


def of_md(told: Any) -> dict[str, Any]:
    names = {
        "level": "Raid Level", "raid_devices": "Raid Devices", "active_devices": "Active Devices",
        "working_devices": "Working Devices", "failed_devices": "Failed Devices", "spare_devices": "Spare Devices",
    }  # fmt: skip
    found: dict[str, Any] = {}
    for array in told:
        name = array["device_name"].removeprefix("/dev/")
        found |= {f"mdadm.{ours}[{name}]": number(array[theirs]) for ours, theirs in names.items() if theirs in array}
    return found


def number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def of_slabs(told: Any) -> dict[str, Any]:
    """Caches of a mebibyte and more are told by their name."""
    pages = {name: int(cache["num_slabs"]) * int(cache["pagesperslab"]) * PAGE for name, cache in told["data"].items()}
    large = {name: told["data"][name] for name, size in pages.items() if size >= KIB * KIB}
    return {
        **{f"slabinfo.bytes[{name}]": pages[name] for name in large},
        **{
            f"slabinfo.{field}[{name}]": int(large[name][field])
            for field in ("active_objs", "num_objs")
            for name in large
        },
    }


def of_cgroups(told: Any) -> dict[str, Any]:
    return {
        f"cgroups.num_cgroups[{controller}]": int(fields["num_cgroups"])
        for controller, fields in told["subsystems"].items()
    }


def of_failed(told: Any) -> dict[str, Any]:
    """insights marks a member that failed with (F), and a spare with (S)."""
    flags = {"failed": "F", "spare": "S"}
    return {
        f"mdstat.{ours}[{array}]": sum(
            flag in part["device_flag"] for part in told["components"] if part["device_name"] == array
        )
        for ours, flag in flags.items()
        for array in {part["device_name"] for part in told["components"]}
    }


def worth(expression: str) -> int:
    """A number as a unit test writes it: `23_225_661_674`, `6574984 * 1024`."""
    factors = [int(factor.replace("_", "")) for factor in expression.split("*")]
    return factors[0] * (factors[1] if len(factors) > 1 else 1)


def quoted(expression: str) -> list[str]:
    """The words that a unit test writes in quotes: `vec!["one", "-f"]`."""
    return re.findall(r'"([^"]*)"', expression)


def of_insights(corpus: Path, case: str) -> Any:
    parser = case.partition("/")[2].partition("-")[0]  # one file is often tried on several
    return next(
        each["result"] for each in told(corpus, case) if each["parser"].startswith(f"{parser}.") and "result" in each
    )


def of_jc(corpus: Path, case: str) -> Any:
    return told(corpus, case)


def of_unit_test(corpus: Path, case: str) -> dict[str, str]:
    """Expression → value; of several texts in one test, of the first."""
    values: dict[str, str] = {}
    for expression, value in told(corpus, case, "expected.values.json"):
        values.setdefault("".join(expression.split()), value)
    return values
