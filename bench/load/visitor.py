"""Ask the shop fifty times a second over one connection, for the given number of seconds."""

import socket
import sys
import time

until = time.monotonic() + float(sys.argv[1])
with socket.create_connection(("127.0.0.1", 8080)) as shop, shop.makefile("rw") as lines:
    due = time.monotonic()
    while due < until:
        lines.write("how much?\n")
        lines.flush()
        lines.readline()
        due += 0.02
        time.sleep(max(0.0, due - time.monotonic()))
