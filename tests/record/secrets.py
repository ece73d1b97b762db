"""More than two hundred secrets as they stand in command lines, each one of a kind, none of them anybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Planted(NamedTuple):
    argv: tuple[str, ...]
    secret: str
    """What must not be found in any byte."""


Make = Callable[[str], tuple[str, ...]]

OPTIONS = (
    "password", "passwd", "passphrase", "db-password", "admin_password", "http-passwd", "token", "auth-token",
    "access-token", "api-key", "apikey", "api_key", "secret", "client-secret", "secret-key", "access-key",
    "encryption-key", "account-key", "requirepass", "masterauth", "keystore-password", "registration-token",
)  # fmt: skip
VARIABLES = (
    "PGPASSWORD", "MYSQL_PWD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "NPM_TOKEN", "DATABASE_PASSWORD",
    "REDIS_PASSWORD", "SECRET_KEY", "DJANGO_SECRET_KEY", "VAULT_TOKEN", "SLACK_BOT_TOKEN", "RESTIC_PASSWORD",
    "BORG_PASSPHRASE", "SSHPASS_PASSWORD", "AZURE_CLIENT_SECRET", "STRIPE_API_KEY", "OPENAI_API_KEY", "CI_JOB_TOKEN",
    "MONGO_INITDB_ROOT_PASSWORD", "RABBITMQ_DEFAULT_PASS", "GF_SECURITY_ADMIN_PASSWORD", "ENCRYPTION_KEY",
    "AWS_SESSION_TOKEN", "DOCKER_AUTH_TOKEN", "SMTP_PASS",
)  # fmt: skip
SCHEMES = (
    "postgres", "postgresql", "mysql", "redis", "rediss", "amqp", "amqps", "mongodb", "mongodb+srv", "http", "https",
    "ftp", "sftp", "ssh", "ldap", "ldaps", "smtp", "smtps", "imaps", "kafka", "nats", "mqtt", "clickhouse", "s3",
    "jdbc:postgresql", "sqlserver",
)  # fmt: skip
CLIENTS: tuple[Make, ...] = (
    lambda s: ("mysql", "-uroot", f"-p{s}", "shop"),
    lambda s: ("/usr/bin/mysqldump", f"-p{s}", "--all-databases"),
    lambda s: ("mysqladmin", "-u", "root", f"-p{s}", "status"),
    lambda s: ("mariadb", f"-p{s}"),
    lambda s: ("mariadb-dump", f"-p{s}", "x"),
    lambda s: ("mongosh", "-u", "me", "-p", s),
    lambda s: ("mongodump", "-p", s, "--db", "x"),
    lambda s: ("sshpass", f"-p{s}", "ssh", "host"),
    lambda s: ("sshpass", "-p", s, "ssh", "-p", "2222", "host"),
    lambda s: ("docker", "login", "-u", "me", "-p", s, "registry"),
    lambda s: ("podman", "login", "-p", s, "registry"),
    lambda s: ("az", "login", "--service-principal", "-u", "me", "-p", s),
    lambda s: ("redis-cli", "-h", "cache", "-a", s, "ping"),
    lambda s: ("valkey-cli", "-a", s),
    lambda s: ("ldapsearch", "-x", "-D", "cn=admin", "-w", s),
    lambda s: ("ldapmodify", f"-w{s}"),
    lambda s: ("curl", "-s", "-u", f"me:{s}", "http://host/"),
    lambda s: ("curl", f"--user=me:{s}", "http://host/"),
    lambda s: ("curl", "--proxy-user", f"me:{s}", "http://host/"),
    lambda s: ("wget", f"--password={s}", "http://host/"),
    lambda s: ("smbclient", "//host/share", "-U", f"me%{s}"),
    lambda s: ("rpcclient", "-U", f"me%{s}", "host"),
    lambda s: ("snmpget", "-v", "2c", "-c", s, "host"),
    lambda s: ("snmpwalk", "-v3", "-A", s, "host"),
    lambda s: ("snmpwalk", "-v3", "-X", s, "host"),
    lambda s: ("unzip", "-P", s, "a.zip"),
    lambda s: ("zip", "-P", s, "a.zip", "b"),
    lambda s: ("7z", "x", f"-p{s}", "a.7z"),
    lambda s: ("rar", "a", f"-hp{s}", "a.rar"),
    lambda s: ("sqlcmd", "-S", "db", "-P", s),
    lambda s: ("mosquitto_pub", "-u", "me", "-P", s, "-t", "x"),
    lambda s: ("ipmitool", "-I", "lanplus", "-U", "ADMIN", "-P", s, "sensor"),
    lambda s: ("sqlplus", f"scott/{s}@db:1521/x"),
    lambda s: ("influx", "-username", "me", "-password", s),
    lambda s: ("openssl", "rsa", "-passin", f"pass:{s}"),
    lambda s: ("vault", "login", f"token={s}"),
    lambda s: ("lftp", "-u", f"me,{s}", "sftp://host"),
    lambda s: ("xfreerdp", "/u:me", f"/p:{s}", "/v:host"),
    lambda s: ("kubectl", "create", "secret", "generic", "x", f"--from-literal=password={s}"),
    lambda s: ("htpasswd", "-b", "/etc/x", "me", s),
)
HEADERS: tuple[Make, ...] = (
    lambda s: ("curl", "-H", f"Authorization: Basic {s}", "http://host/"),
    lambda s: ("curl", "-H", f"Authorization: Bearer {s}", "http://host/"),
    lambda s: ("curl", "-H", f"authorization: token {s}", "http://host/"),
    lambda s: ("curl", "-H", f"Proxy-Authorization: Basic {s}", "http://host/"),
    lambda s: ("curl", "-H", f"X-Api-Key: {s}", "http://host/"),
    lambda s: ("curl", "-H", f"X-Auth-Token: {s}", "http://host/"),
    lambda s: ("curl", "-H", f"Cookie: session={s}", "http://host/"),
    lambda s: ("curl", f"-HPRIVATE-TOKEN: {s}", "http://host/"),
    lambda s: ("http", "GET", "host", f"Authorization:Bearer {s}"),
    lambda s: ("grpcurl", "-H", f"bearer {s}", "host:443"),
)
STRINGS: tuple[Make, ...] = (
    lambda s: ("psql", f"host=db user=me password={s} dbname=x"),
    lambda s: ("app", f"Server=db;Database=x;User Id=me;Password={s};"),
    lambda s: ("app", f"Server=db;Uid=me;Pwd={s};"),
    lambda s: ("app", f"me:{s}@tcp(db:3306)/shop?parseTime=true"),
    lambda s: ("java", "-jar", "a.jar", f"jdbc:mysql://db/x?user=me&password={s}"),
    lambda s: ("app", f"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={s};EndpointSuffix=y"),
    lambda s: ("app", f"Endpoint=sb://x/;SharedAccessKeyName=y;SharedAccessKey={s}"),
    lambda s: ("app", f"https://x.blob.example/y?sv=2024&sig={s}"),
    lambda s: ("app", f"https://host/cb?access_token={s}&x=1"),
    lambda s: ("app", f"https://host/x?api_key={s}"),
    lambda s: ("app", f'{{"user": "me", "password": "{s}"}}'),
    lambda s: ("app", f"{{'token': '{s}'}}"),
    lambda s: ("app", f"user: me, password: {s}"),
    lambda s: ("sh", "-c", f"MYSQL_PWD={s} mysql -e 'select 1'"),
    lambda s: ("sh", "-c", f"export TOKEN={s}; run"),
    lambda s: ("sh", "-c", f"mysql -u root -p{s} < x.sql"),
    lambda s: ("java", f"-Djavax.net.ssl.keyStorePassword={s}", "-jar", "a.jar"),
    lambda s: ("java", f"-Dspring.datasource.password={s}", "X"),
    lambda s: ("git", "clone", f"https://oauth2:{s}@git.example/x.git"),
    lambda s: ("git", "-c", f"http.extraHeader=Authorization: Basic {s}", "fetch"),
    lambda s: ("pip", "install", "--index-url", f"https://__token__:{s}@pypi.example/simple"),
    lambda s: ("curl", f"https://hooks.slack.com/services/T00000000/B00000000/{s}"),
)
# What precedes random letters in tokens that are known by their looks; with how many of them.
TOKENS = (
    ("AKIA", 16), ("ASIA", 16), ("ghp_", 36), ("gho_", 36), ("ghu_", 36), ("ghs_", 36), ("ghr_", 36),
    ("github_pat_", 60), ("xoxb-123456789012-", 24), ("xoxp-123456789012-", 24), ("xoxa-2-", 24), ("xapp-1-A1-", 24),
    ("glpat-", 20), ("npm_", 36), ("hvs.", 40), ("AIza", 35), ("sk-", 40), ("sk_live_", 24), ("rk_live_", 24),
    ("sk-proj-", 40), ("SG.", 44), ("dckr_pat_", 27), ("pypi-AgEIcHlwaS5vcmc", 60), ("shpat_", 32), ("dop_v1_", 64),
    ("glrt-", 20), ("gldt-", 20), ("hf_", 34), ("ya29.", 60),
)  # fmt: skip
PRIVATE_KEYS = ("RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "")


def planted() -> list[Planted]:
    """Every case, each with a secret of its own."""
    kinds = [*_made(), *_tokens(), *_keys()]
    assert len({case.secret for case in kinds}) == len(kinds)
    return kinds


def _made() -> Iterator[Planted]:
    makes: list[Make] = [
        *((lambda s, name=name: ("app", f"--{name}={s}", "-v")) for name in OPTIONS),
        *((lambda s, name=name: ("app", f"--{name}", s, "serve")) for name in OPTIONS),
        *((lambda s, name=name: ("env", f"{name}={s}", "run")) for name in VARIABLES),
        *((lambda s, name=name: ("worker", f"{name}://me:{s}@db.example:5432/x")) for name in SCHEMES),
        *CLIENTS,
        *HEADERS,
        *STRINGS,
    ]
    for number, make in enumerate(makes):
        secret = f"Zq{_random(number, 14)}"
        yield Planted(make(secret), secret)


def _tokens() -> Iterator[Planted]:
    for number, (begin, length) in enumerate(TOKENS, start=1000):
        random = _random(number, length)
        secret = begin + (random.upper() if begin in {"AKIA", "ASIA"} else random)
        yield Planted(("tool", "run", secret), secret)
    jwt = f"eyJhbGciOiJIUzI1NiJ9.eyJ{_random(2000, 20)}.{_random(2001, 30)}"
    yield Planted(("tool", jwt), jwt)


def _keys() -> Iterator[Planted]:
    for number, kind in enumerate(PRIVATE_KEYS, start=3000):
        body = _random(number, 60)
        yield Planted(("tool", f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"), body)
    body = _random(4000, 60)
    block = "PGP PRIVATE KEY BLOCK"
    yield Planted(("gpg", f"-----BEGIN {block}-----\n\n{body}\n-----END {block}-----"), body)


def _random(number: int, length: int) -> str:
    digits = "".join(hashlib.sha256(f"{number} {part}".encode()).hexdigest() for part in range(1 + length // 64))
    return digits[:length]
