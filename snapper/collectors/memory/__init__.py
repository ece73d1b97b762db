"""Memory: what it is used for, how it is reclaimed, NUMA nodes, huge pages, swap and its compressed kinds."""
