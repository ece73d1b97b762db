"""A small service: answer each line that comes in at 127.0.0.1:8080, for the given number of seconds."""

import socket
import sys
import time

until = time.monotonic() + float(sys.argv[1])
with socket.create_server(("127.0.0.1", 8080)) as server:
    server.settimeout(float(sys.argv[1]))
    visitor, _ = server.accept()
    with visitor, visitor.makefile("rw") as lines:
        while time.monotonic() < until and lines.readline():
            lines.write(f"{sum(range(20_000))}\n")
            lines.flush()
