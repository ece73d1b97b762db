"""Programs that talk, or should."""

import socket
import struct
import threading
import time
from collections import deque

HOST = "127.0.0.1"
AT_ONCE = struct.pack("ii", 1, 0)
"""For SO_LINGER: close with a reset, which leaves no TIME_WAIT behind."""


def deaf(until: float) -> None:
    """Listen with room for eight and accept nobody."""
    with socket.create_server((HOST, 8090), backlog=8):
        time.sleep(max(0.0, until - time.monotonic()))


def knocker(until: float) -> None:
    """Try to connect to `deaf` forty times a second, and give up after a second."""
    waiting: deque[socket.socket] = deque()
    while time.monotonic() < until:
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)  # noqa: FBT003 - the socket's own signature
        waiting[-1].connect_ex((HOST, 8090))
        if len(waiting) > 40:
            waiting.popleft().close()
        time.sleep(0.025)


def udpsink(until: float) -> None:
    """Take datagrams with little room for them, and read ten a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sink.bind((HOST, 8091))
        sink.settimeout(1)
        while time.monotonic() < until:
            try:
                sink.recv(2048)
            except TimeoutError:
                continue
            time.sleep(0.1)


def udpsource(until: float) -> None:
    """Send `udpsink` two hundred datagrams a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        while time.monotonic() < until:
            source.sendto(b"x" * 512, (HOST, 8091))
            time.sleep(0.005)


def hasty(until: float) -> None:
    """Open a hundred connections a second to itself and close each first: all wait for their time to end."""
    with socket.create_server((HOST, 8092), backlog=64) as server:
        while time.monotonic() < until:
            here = socket.create_connection((HOST, 8092))
            there, _ = server.accept()
            here.close()
            there.close()
            time.sleep(0.01)


def forgetful(until: float) -> None:
    """Accept connections whose other side hangs up, twenty a second, and never close them."""
    held = []
    with socket.create_server((HOST, 8093), backlog=64) as server:
        while time.monotonic() < until:
            socket.create_connection((HOST, 8093)).close()
            held.append(server.accept()[0])
            time.sleep(0.05)


def stormer(until: float) -> None:
    """Open three hundred connections a second, and close them with a reset."""
    with socket.create_server((HOST, 8094), backlog=128) as server:
        threading.Thread(target=_accepts, args=(server, until), daemon=True).start()
        while time.monotonic() < until:
            with socket.create_connection((HOST, 8094)) as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            time.sleep(0.003)


def _accepts(server: socket.socket, until: float) -> None:
    while time.monotonic() < until:
        server.accept()[0].close()
