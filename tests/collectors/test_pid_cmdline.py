"""What program a process runs: the rule as a table of names and arguments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.contract import Origin
from snapper.collectors.programs.pid_cmdline import parse, program_of

KERNEL_THREADS = {
    "kworker/0:1H-kblockd": "kworker",
    "kworker/u4:0-events_unbound": "kworker",
    "kworker/R-rcu_gp": "kworker",
    "ksoftirqd/13": "ksoftirqd",
    "kswapd0": "kswapd",
    "jbd2/vda1-8": "jbd2",
    "xfsaild/dm-0": "xfsaild",
    "scsi_eh_12": "scsi_eh",
    "loop7": "loop",
    "vhost-4711": "vhost",
    "irq/24-pciehp": "irq/pciehp",
    "irq/130-nvme0q1": "irq/nvme0q",
    "khugepaged": "khugepaged",
    "rcu_preempt": "rcu_preempt",
}

PROGRAMS = [
    ("nginx", ["nginx: worker process"], "nginx"),
    ("sshd", ["sshd: root@pts/0"], "sshd"),
    ("postgres", ["postgres: app db [local] idle"], "postgres"),
    ("postgres-15.3", ["postgres-15.3"], "postgres"),
    ("php-fpm8.2", ["php-fpm: pool www"], "php-fpm"),
    ("worker-12", ["./worker-12"], "worker"),
    ("worker_3", ["./worker_3"], "worker"),
    ("ThreadPool4", ["x"], "ThreadPool"),
    ("k3s", ["k3s", "server"], "k3s"),
    ("etcd3", ["etcd3"], "etcd3"),
    ("md5sum", ["md5sum", "x"], "md5sum"),
    ("bzip2", ["bzip2"], "bzip2"),
    ("apache2", ["/usr/sbin/apache2", "-k", "start"], "apache2"),
    ("x264", ["x264"], "x264"),
    ("42", ["42"], "42"),
    ("gnome-terminal-", ["/usr/libexec/gnome-terminal-server"], "gnome-terminal-server"),
    ("containerd-shim", ["/usr/bin/containerd-shim-runc-v2", "-id", "1"], "containerd-shim-runc-v2"),
    ("python3.11", ["/usr/bin/python3.11", "/srv/api/server.py", "--port", "80"], "python server.py"),
    ("server.py", ["/usr/bin/python3", "/srv/api/server.py"], "python server.py"),
    ("python3", ["python3", "-u", "-W", "ignore", "-m", "http.server", "80"], "python -m http.server"),
    ("python3", ["python3", "-um", "http.server"], "python -m http.server"),
    ("python3", ["python3", "-mhttp.server"], "python -m http.server"),
    ("python3", ["python3", "-c", "import mymodule", "x"], "python -c"),
    ("python3", ["python3"], "python"),
    ("python3", ["python3", "-"], "python"),
    ("python3", ["[celeryd: celery@host:MainProcess] -active- (worker)"], "python celeryd"),
    ("gunicorn", ["/venv/bin/python", "/venv/bin/gunicorn", "app:app"], "python gunicorn"),
    ("pypy3", ["pypy3", "x.py"], "pypy x.py"),
    ("collectl", ["/usr/bin/perl", "-w", "/usr/bin/collectl", "-D"], "perl collectl"),
    ("perl", ["perl", "-lane", "print"], "perl -e"),
    ("ruby", ["puma 6.0.2 (tcp://0.0.0.0:3000) [app]"], "ruby puma"),
    ("ruby", ["puma: cluster worker 0: 7 [app]"], "ruby puma"),
    ("ruby3.1", ["ruby3.1", "-r", "bundler/setup", "bin/rails", "s"], "ruby rails"),
    ("node", ["node", "--require", "./trace.js", "--max-old-space-size=512", "/srv/index.js"], "node index.js"),
    ("MainThread", ["/usr/bin/node", "server.js"], "node server.js"),
    ("node", ["nodejs", "--eval", "1"], "node -e"),
    ("bash", ["-bash"], "bash"),
    ("bash", ["bash", "-lc", "exec sleep 9"], "bash -c"),
    ("bash", ["bash", "--login"], "bash"),
    ("bash", ["bash", "/proc/self/fd/3", "x"], "bash"),
    ("run.sh", ["/bin/sh", "-o", "pipefail", "/opt/run.sh", "x"], "sh run.sh"),
    ("php8.2", ["php8.2", "-d", "memory_limit=1G", "artisan", "queue:work"], "php artisan"),
    ("java", ["java", "-Xmx4g", "-cp", "a.jar:b.jar", "org.example.Main", "arg"], "java org.example.Main"),
    ("java", ["/usr/lib/jvm/17/bin/java", "-jar", "/srv/app-1.4.2-SNAPSHOT.jar", "x"], "java app.jar"),
    ("java", ["java", "@args", "-p", "mods", "-m", "app/org.example.Main"], "java org.example.Main"),
    ("java", ["java", "-version"], "java"),
    ("dotnet", ["dotnet", "exec", "/srv/Api.dll"], "dotnet Api.dll"),
    ("python3", ["/usr/bin/python3 /srv/all-in-one-string.py --x"], "python all-in-one-string.py"),
    ("<script>alert(1", ["<script>alert(1)</script>"], "<script>alert(1"),
    ("python3", ["python3", "<script>alert(1)<.py"], "python <script>alert(1)<.py"),
    ("two words", ["x"], "two words"),
    ("a) R 0 (b", ["x"], "a) R 0 (b"),
    ("line\nbreak", ["x"], "line\\nbreak"),
    ("\x1b[2J", ["x"], "\\x1b[2J"),
    ("caf\\xe9", ["x"], "caf\\xe9"),
    ("café", ["x"], "café"),
    ("runc:[2:INIT]", ["runc", "init"], "runc:[2:INIT]"),
]


@pytest.mark.parametrize(("comm", "program"), KERNEL_THREADS.items())
def test_a_kernel_thread_loses_its_cpu_device_and_number(comm: str, program: str) -> None:
    assert program_of(comm, "", kernel_thread=True) == program
    assert program_of(comm, "") == program


@pytest.mark.parametrize(("comm", "arguments", "program"), PROGRAMS)
def test_a_process_runs_its_program(comm: str, arguments: list[str], program: str) -> None:
    assert program_of(comm, "\0".join(arguments) + "\0", kernel_thread=False) == program


def test_a_process_without_arguments_that_is_no_kernel_thread_keeps_its_number() -> None:
    assert program_of("bzip2", "", kernel_thread=False) == "bzip2"
    assert program_of("python3", "", kernel_thread=False) == "python"


@given(comm=st.text(min_size=1), cmdline=st.text(), kernel_thread=st.sampled_from([None, True, False]))
def test_any_process_has_a_printable_name(comm: str, cmdline: str, kernel_thread: bool | None) -> None:  # noqa: FBT001
    program = program_of(comm, cmdline, kernel_thread=kernel_thread)

    assert program
    assert program.isprintable()


@pytest.mark.parametrize(
    "text",
    ["", "nginx\0", "nginx: master process /usr/sbin/nginx", "sshd: root@pts/0\0\0\0\0"],
)
def test_a_name_alone_or_a_title_is_no_command_line(text: str) -> None:
    assert parse(text, Origin()) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["x", "--password", "a b"], "x --password ***"),
        (["x", "--password=a"], "x --password=***"),
        (["x", "-Dstore.Password=a", "-Xmx1g"], "x -Dstore.Password=*** -Xmx1g"),
        (["x", "https://u:p@host/"], "x https://u:***@host/"),
        (["x", "--secret-access-key", "a", "--region", "b"], "x --secret-access-key *** --region b"),
        (["sh", "-c", "TOKEN=abc exec y"], "sh -c TOKEN=***"),
        (["x", "--id=0f1c2a3b-1234-5678-9abc-def012345678"], "x --id=*"),
        (["x", "a\nb"], "x a\\nb"),
    ],
)
def test_secrets_and_random_ids_do_not_reach_the_report(arguments: list[str], line: str) -> None:
    assert [reading.value for reading in parse("\0".join(arguments) + "\0", Origin())] == [line]


def test_a_class_path_of_many_kilobytes_is_cut() -> None:
    (reading,) = parse("java\0-cp\0" + "a.jar:" * 9000, Origin())

    assert isinstance(reading.value, str)
    assert len(reading.value) == 2001
    assert reading.value.endswith("…")
