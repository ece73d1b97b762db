"""The sockets of the host that the tests run on: listeners with queue and holder, or the reason why there are none."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from snapper.record.plan import Command, plain_read
from snapper.record.recorder import SocketTable, Source, Tools, Tree
from tests.record.running import run


@contextmanager
def open_sockets() -> Iterator[tuple[int, int]]:
    """The ports of a listener with two connections to be accepted, and of a dual-stack one with one that is held."""
    with ExitStack() as stack:
        plain = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=8))
        for _ in range(2):
            stack.enter_context(socket.create_connection(plain.getsockname()))
        try:
            both = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        except OSError:
            pytest.skip("this host has no IPv6")
        stack.enter_context(both)
        stack.enter_context(socket.create_connection(("127.0.0.1", both.getsockname()[1])))
        stack.enter_context(both.accept()[0])
        yield plain.getsockname()[1], both.getsockname()[1]


def test_listeners_of_this_host_are_told_with_queue_and_holder(tmp_path: Path) -> None:
    tool = Command(argv=("no-such-tool-of-sockets",), version=(), sockets=10**9)
    with open_sockets() as (plain, both):
        spool = run(tmp_path, {"cmd.ss": tool}).spool
    told = spool.coverage("cmd.ss")
    if "sock_diag" in str(told["why"]) or told["status"] == "absent":
        pytest.skip(f"the kernel does not tell: {told['why']}")

    text = spool.of("cmd.ss")[0].content.decode()
    listening = {line.split()[4].rpartition(":")[2]: line for line in text.splitlines() if " LISTEN " in line}
    assert told["status"] == "truncated"
    assert "no-such-tool-of-sockets was not found" in str(told["why"])
    assert listening[str(plain)].startswith(f"tcp LISTEN 2 8 127.0.0.1:{plain} 0.0.0.0:*")
    assert f"pid={os.getpid()}," in listening[str(plain)]
    assert listening[str(both)].split()[4] == f"[::]:{both}"
    assert f"tcp ESTAB 0 0 *:{both} [::ffff:127.0.0.1]:* sockets:1\n" in text


def test_where_the_kernel_refuses_there_is_no_text_and_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_table: SocketTable, _sockets: int) -> tuple[str, str]:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(SocketTable, "read", refuse)
    tools: Any = Tools.__new__(Tools)
    tools.processes = SimpleNamespace(tree=Tree("/"))
    many, missing = (
        Source(0, plain_read("cmd.ss", Command(argv=(name,), version=(), sockets=most)))
        for name, most in (("uname", 1), ("no-such-tool-of-sockets", 10**9))
    )

    with open_sockets():
        assert tools._is_told(many)
        assert not tools._is_told(missing)

    assert many.coverage()["status"] == "truncated"
    assert "the kernel did not tell of them" in many.coverage()["why"]
    assert missing.coverage()["status"] == "absent"


@pytest.mark.parametrize(
    ("comm", "told"), [("web server", "web server"), ('a"b\\c', "a?b?c"), ("a\x1b[2J\nb", "a?[2J?b")]
)
def test_names_of_programs_end_as_text(tmp_path: Path, comm: str, told: str) -> None:
    (tmp_path / "proc/7").mkdir(parents=True)
    (tmp_path / "proc/7/comm").write_text(f"{comm}\n", encoding="utf-8")

    assert SocketTable(Tree(str(tmp_path)))._comm("7") == told
