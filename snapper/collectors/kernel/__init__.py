"""The kernel: its version, settings and modules, and what it reported."""
