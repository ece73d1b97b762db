"""CPUs: their time by mode, the run queue, interrupts, idle states and clocks, topology; and who waited for what."""
