"""File systems: space, mounts, locks, and the accounts that each kind keeps, local or of a server."""
