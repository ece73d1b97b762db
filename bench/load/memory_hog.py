"""Hold the given number of MiB and touch each page twice a second, for the given number of seconds, then end."""

import sys
import time

until = time.monotonic() + float(sys.argv[1])
held = bytearray(int(sys.argv[2]) * 2**20)
turn = 0
while time.monotonic() < until:
    turn = (turn + 1) % 256
    held[::4096] = bytes([turn]) * (len(held) // 4096)
    time.sleep(0.5)
