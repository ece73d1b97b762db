"""lspci, dmidecode, lsmem, lshw, bridge and devlink: names, limits and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.collectors.corpus_trees import parsed

DEVICE = "Slot:\t{slot}\nClass:\t{kind}\nVendor:\tIntel Corporation [8086]\nDevice:\tDevice [1234]\n{driver}\n"


def device(slot: str, kind: str, driver: str = "") -> str:
    return DEVICE.format(slot=slot, kind=kind, driver=f"Driver:\t{driver}\n" if driver else "")


def module(locator: str, bank: str = "", **fields: str) -> str:
    values = {"Size": "16 GB", "Locator": locator, "Bank Locator": bank, "Type": "DDR4"} | fields
    rows = "".join(f"\t{name.replace('_', ' ')}: {value}\n" for name, value in values.items())
    return f"Handle 0x0029, DMI type 17, 84 bytes\nMemory Device\n{rows}\n"


@pytest.mark.parametrize(
    ("kind", "driver", "told"),
    [
        ("Ethernet controller [0200]", "ice", True),
        ("Ethernet controller [0200]", "", True),
        ("PCI bridge [0604]", "pcieport", False),
        ("System peripheral [0880]", "", False),
        ("System peripheral [0880]", "ioatdma", True),
        ("Performance counters [1101]", "", False),
        ("0300", "", True),
    ],
)
def test_bridges_and_parts_of_the_chipset_are_left_out(kind: str, driver: str, *, told: bool) -> None:
    assert bool(parsed("cmd.lspci", device("3b:00.0", kind, driver))) is told


def test_of_very_many_devices_the_first_are_told() -> None:
    text = "".join(device(f"{bus:02x}:{slot:02x}.0", "0200", "ice") for bus in range(20) for slot in range(32))

    assert len(parsed("cmd.lspci", text)) == 3 * 256


def test_memory_slots_are_told_apart_by_their_bank_and_then_by_a_number() -> None:
    text = "# dmidecode 3.4\n" + module("DIMM 0", "P0 CHANNEL A") + module("DIMM 0", "P0 CHANNEL B") + module("J1")
    text += module("DIMM 0", "P0 CHANNEL B")

    found = parsed("cmd.dmidecode", text)

    assert found == {
        "dmidecode.slots": "4 of 4",
        "dmidecode.module[P0 CHANNEL A DIMM 0]": "16 GB DDR4",
        "dmidecode.module[P0 CHANNEL B DIMM 0]": "16 GB DDR4",
        "dmidecode.module[P0 CHANNEL B DIMM 0 #2]": "16 GB DDR4",
        "dmidecode.module[J1]": "16 GB DDR4",
    }


@pytest.mark.parametrize(
    ("fields", "speed"),
    [
        ({"Speed": "2666 MT/s", "Configured_Memory_Speed": "2400 MT/s"}, "2400 MT/s of 2666 MT/s"),
        ({"Speed": "2666 MT/s", "Configured_Memory_Speed": "2666 MT/s"}, "2666 MT/s"),
        ({"Speed": "1600 MHz", "Configured_Clock_Speed": "1333 MHz"}, "1333 MHz of 1600 MHz"),
        ({"Speed": "2666 MT/s", "Configured_Memory_Speed": "Unknown"}, "2666 MT/s"),
        ({"Speed": "Unknown"}, None),
    ],
)
def test_the_speed_that_a_module_runs_at(fields: dict[str, str], speed: str | None) -> None:
    assert parsed("cmd.dmidecode", "# dmidecode 3.4\n" + module("A1", **fields)).get("dmidecode.speed[A1]") == speed


def test_an_old_dmidecode_indents_once_more() -> None:
    text = (
        "# dmidecode 2.2\nHandle 0x0011\n\tDMI type 17, 23 bytes.\n\tMemory Device\n\t\tSize: 512 MB\n\t\tLocator: D1\n"
    )

    assert parsed("cmd.dmidecode", text) == {"dmidecode.slots": "1 of 1", "dmidecode.module[D1]": "512 MB"}


def test_ends_of_containers_are_no_setting_of_a_bridge() -> None:
    ports = [{"ifname": name, "master": "br0", "state": "forwarding"} for name in ("eth1", "veth12ab34", "tap0")]

    assert parsed("cmd.bridge", json.dumps(ports)) == {"bridge.master[eth1]": "br0", "bridge.state[eth1]": "forwarding"}


@pytest.mark.parametrize("text", ["", "[]", "[{}]"])
def test_a_host_without_bridges_has_nothing_to_say(text: str) -> None:
    assert parsed("cmd.bridge", text) == {}


def test_cards_without_reporters_have_nothing_to_say() -> None:
    assert parsed("cmd.devlink", '{"health":{}}') == {}


def part(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "class": kind, **fields}


def test_parts_of_a_machine_are_told_by_their_path() -> None:
    bank = part(
        "bank:0", "memory", description="DIMM DDR4", vendor="Example", product="EX-16", units="bytes", size=2**34
    )
    interface = part("network:1", "network", logicalname="veth12ab34")
    core = part("core", "bus", product="Board", children=[part("memory", "memory", children=[bank]), interface])
    for machine in (part("computer", "system", children=[core]), [part("computer", "system", children=[core])]):
        assert parsed("cmd.lshw", json.dumps(machine)) == {
            "lshw.product[core/memory/bank:0]": "DIMM DDR4, Example EX-16",
            "lshw.size[core/memory/bank:0]": 2**34,
        }


def test_of_very_many_parts_the_first_are_told() -> None:
    cards = [part(f"network:{i}", "network", product="Card") for i in range(500)]

    assert len(parsed("cmd.lshw", json.dumps(part("computer", "system", children=cards)))) == 200


@pytest.mark.parametrize("source", ["cmd.lshw", "cmd.nft", "cmd.lsmem", "cmd.devlink", "cmd.bridge"])
def test_json_that_is_nested_without_end_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"JSON"):
        parsed(source, '{"children": [' * 5_000)
