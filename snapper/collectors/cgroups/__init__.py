"""Control groups of both versions and the containers that they are of: use, limits, throttling."""
