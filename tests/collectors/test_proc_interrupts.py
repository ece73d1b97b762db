from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.cpu.proc_interrupts import parse
from snapper.metric import Role
from tests.collectors.corpus_reads import collector


def read(*lines: str, cpus: int = 2) -> dict[str, float]:
    heading = " ".join(f"CPU{number}" for number in range(cpus))
    parsed = parse("\n".join((heading, *lines)) + "\n", Origin())
    return {f"{name}[{instance}]" if instance else name: float(value) for name, value, instance in parsed}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (" 24:  1  2  IO-APIC   5-edge      ACPI:Ged", "ACPI:Ged"),
        (" 24:  1  2 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0", "virtio1-req.0"),
        (" 24:  1  2   IO-APIC-fasteoi   firewire_ohci, yenta", "firewire_ohci, yenta"),
        (" 24:  1  2     GICv3  27 Level     arch_timer", "arch_timer"),
        (" 24:  1  2   PCI-MSI  mlx5_async@pci:0002:00:00.0", "mlx5_async@pci:0002:00:00.0"),
        (" 24:  1  2  IR-PCI-MSI-0000:00:01.0    0-edge      PCIe PME, aerdrv", "PCIe PME, aerdrv"),
        (" 24:  1  2  IO-APIC   5-edge    ", "irq 24"),
        (" 24:  1  2  IO-APIC   5-fasteoi", "irq 24"),
        (" 24:  1  2     GICv3  27 Level   ", "irq 24"),
        (" 24:  1  2", "irq 24"),
    ],
)
def test_a_device_is_known_by_its_drivers_whatever_the_architecture(line: str, name: str) -> None:
    assert read(line) == {f"interrupts.device[{name}]": 3}


def test_the_number_of_a_line_may_change_from_boot_to_boot() -> None:
    assert read(" 24:  1  2  PCI-MSI   5-edge      eth0") == read(" 131:  1  2  PCI-MSI   9-edge      eth0")


def test_a_single_count_of_errors_is_no_missing_cpu() -> None:
    assert read("ERR:          4", "MIS:          0", cpus=64) == {"interrupts.ERR": 4, "interrupts.MIS": 0}


def test_hardware_errors_are_errors_and_the_timer_is_not() -> None:
    roles = {metric.name: metric.role for metric in collector("proc.interrupts").metrics}

    assert read("MCE:  1  0   Machine check exceptions", "LOC:  5  6   Local timer interrupts") == {
        "interrupts.MCE": 1,
        "interrupts.cpu[LOC]": 11,
    }
    assert roles["interrupts.MCE"] is Role.ERRORS
    assert roles["interrupts.cpu"] is Role.INTERNAL
