"""The network: interfaces and their hardware, protocols, sockets, queues, routes."""
