"""Keep one CPU busy for the given number of seconds, then end."""

import sys
import time

until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    sum(range(10_000))
