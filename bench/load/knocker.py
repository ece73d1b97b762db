"""Try to connect to 127.0.0.1:8090 forty times a second and give up after a second, for the given number of seconds."""

import socket
import sys
import time
from collections import deque

until = time.monotonic() + float(sys.argv[1])
waiting: "deque[socket.socket]" = deque()
while time.monotonic() < until:
    one = socket.socket()
    one.setblocking(False)  # noqa: FBT003 - the socket's own signature
    one.connect_ex(("127.0.0.1", 8090))
    waiting.append(one)
    if len(waiting) > 40:
        waiting.popleft().close()
    time.sleep(0.025)
