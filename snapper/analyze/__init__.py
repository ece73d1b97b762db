"""From two snapshots to a `Diff`: pure functions, no clock, no disk, no network."""
