"""Listen at 127.0.0.1:8090 with room for eight, never accept, and end after the given number of seconds."""

import socket
import sys
import time

with socket.create_server(("127.0.0.1", 8090), backlog=8):
    time.sleep(float(sys.argv[1]))
