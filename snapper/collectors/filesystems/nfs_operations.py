"""The names of what NFS clients and servers are asked for, in the order in which the kernel counts them.

Those of versions 2 and 3 and of version 4 on the server are numbered by their RFCs (1094, 1813, 7530, 8881, 7862,
8276). The client's of version 4 are numbered by the kernel (include/linux/nfs4.h), which has kept the first ones'
order; those behind SECINFO have moved between versions, and are counted together as "other".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

V2: Final = (
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE",
    "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
)  # fmt: skip
V3: Final = (
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK",
    "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
)  # fmt: skip
V4_CLIENT: Final = (
    "NULL", "READ", "WRITE", "COMMIT", "OPEN", "OPEN_CONFIRM", "OPEN_NOATTR", "OPEN_DOWNGRADE", "CLOSE", "SETATTR",
    "FSINFO", "RENEW", "SETCLIENTID", "SETCLIENTID_CONFIRM", "LOCK", "LOCKT", "LOCKU", "ACCESS", "GETATTR", "LOOKUP",
    "LOOKUP_ROOT", "REMOVE", "RENAME", "LINK", "SYMLINK", "CREATE", "PATHCONF", "STATFS", "READLINK", "READDIR",
    "SERVER_CAPS", "DELEGRETURN", "GETACL", "SETACL", "FS_LOCATIONS", "RELEASE_LOCKOWNER", "SECINFO",
)  # fmt: skip
V4_SERVER: Final = (
    "", "", "", "ACCESS", "CLOSE", "COMMIT", "CREATE", "DELEGPURGE", "DELEGRETURN", "GETATTR", "GETFH", "LINK", "LOCK",
    "LOCKT", "LOCKU", "LOOKUP", "LOOKUPP", "NVERIFY", "OPEN", "OPENATTR", "OPEN_CONFIRM", "OPEN_DOWNGRADE", "PUTFH",
    "PUTPUBFH", "PUTROOTFH", "READ", "READDIR", "READLINK", "REMOVE", "RENAME", "RENEW", "RESTOREFH", "SAVEFH",
    "SECINFO", "SETATTR", "SETCLIENTID", "SETCLIENTID_CONFIRM", "VERIFY", "WRITE", "RELEASE_LOCKOWNER",
    "BACKCHANNEL_CTL", "BIND_CONN_TO_SESSION", "EXCHANGE_ID", "CREATE_SESSION", "DESTROY_SESSION", "FREE_STATEID",
    "GET_DIR_DELEGATION", "GETDEVICEINFO", "GETDEVICELIST", "LAYOUTCOMMIT", "LAYOUTGET", "LAYOUTRETURN",
    "SECINFO_NO_NAME", "SEQUENCE", "SET_SSV", "TEST_STATEID", "WANT_DELEGATION", "DESTROY_CLIENTID",
    "RECLAIM_COMPLETE", "ALLOCATE", "COPY", "COPY_NOTIFY", "DEALLOCATE", "IO_ADVISE", "LAYOUTERROR", "LAYOUTSTATS",
    "OFFLOAD_CANCEL", "OFFLOAD_STATUS", "READ_PLUS", "SEEK", "WRITE_SAME", "CLONE", "GETXATTR", "SETXATTR",
    "LISTXATTRS", "REMOVEXATTR",
)  # fmt: skip


def named(counts: Sequence[int], names: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Pairs of name and count; those without a name together as "other", if there are any.

    >>> list(named([0, 2, 7, 1], ["NULL", "READ"]))
    [('NULL', 0), ('READ', 2), ('other', 8)]
    """
    for name, count in zip(names, counts, strict=False):
        if name:
            yield name, count
    if len(counts) > len(names):
        yield "other", sum(counts[len(names) :])


def numbers_by_name(text: str, path: str) -> dict[str, list[str]]:
    r"""The words behind the first of each line, as both files of /proc/net/rpc have them.

    Raises:
        ValueError: A line that is not a name and numbers, or a `proc` line that has not as many counts as it says.

    >>> numbers_by_name("rpc 57 0 0\nproc2 2 0 9\n", "/proc/net/rpc/nfs")
    {'rpc': ['57', '0', '0'], 'proc2': ['0', '9']}
    """
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, *words = line.split() or [""]
        if not words or not all(_is_number(word, fraction=name == "th") for word in words):
            raise ValueError(f"{path}:{number} expected a name and numbers, read {line[:80]!r}.")
        if name.startswith("proc"):
            if int(words[0]) != len(words) - 1:
                raise ValueError(f"{path}:{number} expected {words[0]} counts and has {len(words) - 1}.")
            words = words[1:]
        found[name] = words
    if "rpc" not in found:
        raise ValueError(f"{path} has no line 'rpc'; read {text[:60]!r}.")
    return found


def _is_number(word: str, *, fraction: bool) -> bool:
    """Whether it is a number; the server's line of threads has fractions too."""
    digits = word.replace(".", "", 1) if fraction else word
    return digits.isascii() and digits.isdecimal() and len(digits) <= 20
