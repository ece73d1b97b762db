"""Secrets never reach the spool; what is none stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.record.plan import Cadence, Command, File, Files, PerProcess, Read
from snapper.record.recorder import MASKED_WORDS, Mask
from tests.record.running import run, stat_line, write

GITHUB = "ghp_" + "aB3" * 12
AMAZON = "AKIA" + "ABCDEFGH12345678"
SLACK = "xoxb-" + "123456789012-abcdefghijkl"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nx8Yq0m\n-----END RSA PRIVATE KEY-----"

ARGUMENTS = [
    (("java", "-Ddb.password=Tr0ub4dor", "-jar", "app.jar"), ("Tr0ub4dor",)),
    (("tool", "--password=with blank in it", "-v"), ("with blank", "in it")),
    (("tool", "--db-password", "correct horse", "serve"), ("correct horse",)),
    (("tool", "--token", "t0k3n-value", "--port", "80"), ("t0k3n-value",)),
    (("tool", "-api-key", "k3y-value"), ("k3y-value",)),
    (("tool", "--client_secret=s3cr3t-value"), ("s3cr3t-value",)),
    (("redis-server", "--requirepass", "r3d1s-value", "--masterauth", "m4st3r-value"), ("r3d1s-value", "m4st3r-value")),
    (("mysql", "-uroot", "-phunter2", "shop"), ("hunter2",)),
    (("/usr/bin/mysqldump", "-u", "root", "-pdump-value", "--all-databases"), ("dump-value",)),
    (
        ("mysql", "-ufirst-value", "-pone-value", "-ptwo-value", "-p--three-value"),
        ("one-value", "two-value", "three-value"),
    ),
    (("mongosh", "-u", "me", "-p", "mongo-value"), ("mongo-value",)),
    (("sshpass", "-p", "ssh-value", "ssh", "-p", "2222", "host"), ("ssh-value",)),
    (("docker", "login", "-u", "me", "-p", "docker-value", "registry"), ("docker-value",)),
    (("redis-cli", "-h", "cache", "-a", "cli-value", "ping"), ("cli-value",)),
    (("ldapsearch", "-x", "-D", "cn=admin", "-w", "ldap-value"), ("ldap-value",)),
    (("curl", "-s", "-u", "me:curl-value", "http://host/"), ("curl-value",)),
    (("curl", "--proxy-user", "me:proxy-value", "http://host/"), ("proxy-value",)),
    (("smbclient", "//host/share", "-U", "me%smb-value"), ("smb-value",)),
    (("snmpget", "-v", "2c", "-c", "community-value", "host"), ("community-value",)),
    (("unzip", "-P", "zip-value", "a.zip"), ("zip-value",)),
    (("curl", "-H", "Authorization: Basic dXNlcjpwYXNz", "http://host/"), ("dXNlcjpwYXNz",)),
    (("curl", "-H", "X-Api-Key: head3r-value", "http://host/"), ("head3r-value",)),
    (("curl", "-b", "x", "-H", "Cookie: session=c00k1e"), ("c00k1e",)),
    (("psql", "postgresql://me:url-value@db:5432/shop?sslmode=require"), ("url-value",)),
    (("worker", "amqp://me:p@ss/w0rd@mq:5672//"), ("p@ss/w0rd",)),
    (("worker", "redis://:only-value@cache:6379/0"), ("only-value",)),
    (("git", "clone", "https://0123456789abcdef@github.example/x.git"), ("0123456789abcdef",)),
    (("psql", "host=db user=me password=dsn-value dbname=x"), ("dsn-value",)),
    (("env", "PGPASSWORD=pg-value", "AWS_SECRET_ACCESS_KEY=aws/value+x=", "psql"), ("pg-value", "aws/value+x=")),
    (("sh", "-c", "MYSQL_PWD=sh-value mysql -e 'select 1'"), ("sh-value",)),
    (("sh", "-c", "mysql -u root -pinner-value < x.sql"), ("inner-value",)),
    (("tool", '{"user": "me", "password": "json value", "x": 1}'), ("json value",)),
    (("openssl", "rsa", "-passin", "pass:openssl-value"), ("openssl-value",)),
    (("tool", GITHUB, AMAZON, SLACK, JWT), (GITHUB, AMAZON, SLACK, JWT)),
    (("tool", PEM), ("MIIEpAIBAAKCAQEA", "x8Yq0m")),
]
HARMLESS = [
    "nginx: master process /usr/sbin/nginx -g daemon on;",
    "postgres: checkpointer",
    "java -Xmx4g -XX:+UseG1GC -cp /opt/app/lib/* com.example.Main --port 8080",
    "/usr/sbin/sshd -D -p 2222",
    "docker run -p 8080:80 -v /a:/b nginx",
    "python3 -m vllm --tokenizer /models/x --max-tokens 4096 --max_tokens=5",
    "tool --password-file /etc/tool/password --no-password --token-path=/run/token",
    "tool --password-stdin --ask-password prompt",
    "curl -s http://host:8080/path?x=1 https://example.org/a@b",
    "mysqld --port=3306 -P3306 --basedir=/usr",
    '{"kernel":{"MPTcpExtMPJoinNoTokenFound":0,"MPTcpExtMPJoinSynRx":2}}',
    "BOOT_IMAGE=/vmlinuz root=UUID=0a1b ro quiet spec_store_bypass_disable=on",
    "/bin/login -p --",
    "snmpd -c /etc/snmp/snmpd.conf -a",
    'ESTAB 0 0 10.0.0.1:443 10.0.0.2:5555 users:(("token-server",pid=7,fd=3))',
    "7f0c4a000000 r-xp 00000000 fe:00 1234 /usr/lib/libsecret-1.so.0.0.0",
    "kernel.keys.root_maxkeys = 1000000",
    "PWD=/home/me SHELL=/bin/sh",
    "keyboard=us compass=on passive=1",
]  # fmt: skip


@pytest.mark.parametrize(("argv", "secrets"), ARGUMENTS, ids=lambda value: str(value[0])[:20])
def test_secrets_in_an_argument_vector_are_masked(argv: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    masked, count = Mask()("\0".join((*argv, "")).encode())
    assert count >= 1
    assert not [secret for secret in secrets if secret.encode() in masked]
    assert masked.startswith(argv[0].encode())


@pytest.mark.parametrize(
    ("argv", "secrets"),
    [case for case in ARGUMENTS if not any(" " in secret for secret in case[1])],  # where would those end?
    ids=lambda value: str(value[0])[:20],
)
def test_secrets_in_text_are_masked(argv: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    masked, count = Mask()(" ".join((*argv, "")).encode())
    assert count >= 1
    assert not [secret for secret in secrets if secret.encode() in masked]
    assert masked.startswith(argv[0].encode())


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_stays(text: str) -> None:
    for given_text in (text.encode() + b"\n", text.replace(" ", "\0").encode() + b"\0"):
        assert Mask()(given_text) == (given_text, 0)


def test_no_byte_of_the_spool_holds_a_planted_secret(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    planted = []
    for number, (argv, secrets) in enumerate(ARGUMENTS, start=100):
        write(root, f"proc/{number}/stat", stat_line(number))
        write(root, f"proc/{number}/cmdline", "\0".join(argv) + "\0")
        planted += secrets
    write(root, "proc/cmdline", "root=/dev/vda iscsi_password=boot-value quiet\n")
    write(root, "proc/sys/net/ipv6/conf/all/stable_secret", "fe80::1234:5678\n")
    write(root, "proc/sys/net/ipv4/tcp_fastopen_key", "00112233-44556677\n")
    write(root, "cmd/ps", "7 root mysql -ptool-value shop\n")
    planted += ["boot-value", "fe80::1234:5678", "00112233", "tool-value"]
    reads: dict[str, Read] = {
        "proc.pid.stat": PerProcess(file="stat"),
        "proc.pid.cmdline": PerProcess(file="cmdline", cadence=Cadence.NEW),
        "proc.cmdline": File(path="proc/cmdline", cadence=Cadence.ONCE),
        "proc.sys": Files(patterns=("proc/sys/**",)),
        "cmd.ps": Command(argv=("ps",), version=()),
    }
    recording = run(tmp_path, reads, root=root)
    assert [secret for secret in planted if secret.encode() in recording.spool.plain + recording.data] == []
    assert recording.spool.coverage("proc.pid.cmdline")["masked"] >= len(ARGUMENTS)
    assert [recording.spool.coverage(name)["masked"] for name in ("proc.cmdline", "proc.sys", "cmd.ps")] == [1, 2, 1]
    assert recording.read("proc.cmdline").content == b"root=/dev/vda iscsi_password=[masked] quiet\n"


def test_what_a_tool_says_is_masked_wherever_it_says_it(tmp_path: Path) -> None:
    lines = "echo 'url amqp://me:out-value@mq/'; echo 'bad token=err-value' >&2; exit 1"
    failing = "echo 'password=why-value is wrong' >&2; exit 1"
    reads: dict[str, Read] = {
        "cmd.said": Command(argv=("sh", "-c", lines), version=(), cadence=Cadence.ONCE),
        "cmd.why": Command(argv=("sh", "-c", failing), version=(), cadence=Cadence.ONCE),
    }
    recording = run(tmp_path, reads)
    assert recording.spool.end is not None
    told = recording.spool.plain + str(recording.spool.end).encode()
    assert [value for value in (b"out-value", b"err-value", b"why-value") if value in told] == []
    assert recording.read("cmd.said").content == b"url amqp://me:[masked]@mq/\n"
    assert recording.spool.coverage("cmd.said")["masked"] == 2


@given(
    st.lists(st.sampled_from([b"--password", b"=", b"\0", b" ", b"token", b"://", b"@", b":", b"mysql", b" -p", b"x"]))
)
def test_masking_twice_masks_no_more(pieces: list[bytes]) -> None:
    once, _ = Mask()(b"".join(pieces))
    assert Mask()(once)[0].count(b"[masked]") == once.count(b"[masked]")


PIECES = [
    *MASKED_WORDS, b"\n", b"\n\n", b" ", b"\t", b"\r", b"\x0c", b"=", b":", b"@", b'"', b"'", b"-", b"?", b"s3cret",
    b"--password ", b"mysql -p1\n", b"curl -u me:1 ", b"zip -P ", b"htpasswd -b f u p", b"sqlplus a/b", b"me:pw@tcp(x)",
    b"https://abcdef@h/", b"\n Serial Number: 99", b"\n Asset Tag: 12", b"Authorization: Basic x", b"Cookie: x=1",
    b"Bearer abcdefghij", b"-----BEGIN PRIVATE KEY-----", b"&sig=abc", GITHUB.encode(), AMAZON.encode(), JWT.encode(),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_lines_looked_at_one_by_one_hide_as_much_as_the_whole(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    whole, lines = Mask(), Mask()
    whole.LONG, lines.LONG = len(text), -1
    assert lines(text) == whole(text)


@pytest.mark.parametrize(
    "piece", [b"a", b"-", b"mysql ", b"://", b"x:", b"--x-", b"htpasswd ", b"x ", b"sqlplus ", b"sig=", b"@tcp("]
)
def test_a_long_text_without_a_secret_stays(piece: bytes) -> None:
    # A pattern with one repetition inside another would not come back from these.
    text = piece * 50_000 + b" token eyj sk- password @tcp hf_ sg."
    assert Mask()(text) == (text, 0)
