"""A file on an SFTP server, whose key is remembered from the first visit on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import asyncssh

from stocke.core.outbound import TimeLimit, Unreachable, connected
from suppliers.transports.errors import not_fetched
from suppliers.transports.looping import LoopThread
from suppliers.transports.remote import (
    MOST_FILES,
    RemoteFile,
    Wanted,
    join,
    newest,
    place_of,
    refuse_change,
    wanted,
)
from suppliers.transports.sources import Incoming, Source

PORT, BLOCK, STEP_SECONDS = 22, 1024**2, 60
# Signatures that keys of each kind make; a server is asked first for the kind that we know it by.
KINDS = {
    "ssh-ed25519": "ssh-ed25519",
    "ssh-ed448": "ssh-ed448",
    "ecdsa-sha2-nistp256": "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384": "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521": "ecdsa-sha2-nistp521",
    "ssh-rsa": "rsa-sha2-256,rsa-sha2-512,ssh-rsa",
}


class Doorkeeper(asyncssh.SSHClient):
    """Lets us in only where the server's key is the one we know; on the first visit, any."""

    def __init__(self, known: str) -> None:
        self.known, self.shown = known, ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = f"{key.get_algorithm()} {key.get_fingerprint()}"
        return not self.known or self.known.split()[-1] == key.get_fingerprint()


@contextmanager
def open_sftp(source: Source) -> Iterator[Incoming]:
    """The file, or the newest that fits the pattern. The server's key is among what is to be remembered."""
    host, port = place_of(source, PORT)
    keeper, options = Doorkeeper(source.said("host_key")), options_of(source)
    with (
        TimeLimit(source.limits) as limit,
        named_ssh_errors(host, keeper, limit),
        LoopThread(host) as loop,
    ):
        line = connected(host, port, limit)
        with ssh_connection(loop, line, keeper, options) as connection:
            sftp = loop.run(sftp_over(connection), seconds=STEP_SECONDS)
            file = loop.run(find(sftp, wanted(source.said("path"))), seconds=STEP_SECONDS)
            blocks = blocks_of(loop, sftp, file)
            told = {"host_key": keeper.shown}
            yield Incoming(file.name, file.size, blocks, written_at=file.written_at, remember=told)


def options_of(source: Source) -> dict[str, Any]:
    """Nothing of the machine's own is used: no agent, no keys and no settings of whoever runs us."""
    kind, keys = KINDS.get(source.said("host_key").partition(" ")[0]), []
    if text := source.secrets.get("private_key"):
        keys = [private_key(text)]
    return {
        "username": source.said("user"),
        "password": source.secrets.get("password") or None,
        "client_keys": keys or None,
        "known_hosts": ([], [], []),
        "config": None,
        "agent_path": None,
        "connect_timeout": STEP_SECONDS,
        "login_timeout": STEP_SECONDS,
        **({"server_host_key_algs": f"^{kind}"} if kind else {}),
    }


def private_key(text: str) -> asyncssh.SSHKey:
    """Raises NotFetched for what is no key, or has a passphrase."""
    try:
        return asyncssh.import_private_key(text.strip() + "\n")
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise not_fetched("private_key") from None


@contextmanager
def ssh_connection(
    loop: LoopThread, line: Any, keeper: Doorkeeper, options: dict[str, Any]
) -> Iterator[asyncssh.SSHClientConnection]:
    connecting = asyncssh.connect(sock=line, client_factory=lambda: keeper, **options)
    connection = loop.run(opened(connecting), seconds=STEP_SECONDS)
    try:
        yield connection
    finally:
        connection.abort()


async def opened(connecting: Any) -> asyncssh.SSHClientConnection:
    connection: asyncssh.SSHClientConnection = await connecting
    return connection


async def sftp_over(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client()


async def find(sftp: asyncssh.SFTPClient, want: Wanted) -> RemoteFile:
    if not want.is_pattern:
        return await stated(sftp, want.path)
    found: list[RemoteFile] = []
    async for entry in sftp.scandir(want.folder or "."):
        if len(found) >= MOST_FILES:
            raise not_fetched("many_files", folder=want.folder, limit=MOST_FILES)
        if entry.attrs.type in (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN):
            found.append(remote_file(join(want.folder, str(entry.filename)), entry.attrs))
    return newest(found, want)


async def stated(sftp: asyncssh.SFTPClient, path: str) -> RemoteFile:
    return remote_file(path, await sftp.stat(path))


def remote_file(path: str, attrs: asyncssh.SFTPAttrs) -> RemoteFile:
    written = None if attrs.mtime is None else datetime.fromtimestamp(attrs.mtime, tz=UTC)
    return RemoteFile(path, attrs.size, written)


def blocks_of(loop: LoopThread, sftp: asyncssh.SFTPClient, file: RemoteFile) -> Iterator[bytes]:
    """The bytes of the file, to the end it had when we found it; it must not change meanwhile."""
    handle = loop.run(read_only(sftp, file.path), seconds=STEP_SECONDS)
    done = 0
    while block := loop.run(handle.read(BLOCK, done), seconds=STEP_SECONDS):
        done += len(block)
        yield bytes(block)
    refuse_change(file, loop.run(stated(sftp, file.path), seconds=STEP_SECONDS), done)


async def read_only(sftp: asyncssh.SFTPClient, path: str) -> Any:
    return await sftp.open(path, "rb")


@contextmanager
def named_ssh_errors(host: str, keeper: Doorkeeper, limit: TimeLimit) -> Iterator[None]:
    """The library's errors under our names, from the narrow to the wide."""
    try:
        yield
    except asyncssh.PermissionDenied:
        raise not_fetched("login", host=host) from None
    except asyncssh.HostKeyNotVerifiable:
        raise not_fetched("host_key", host=host, key=keeper.shown) from None
    except (asyncssh.KeyExchangeFailed, asyncssh.ProtocolError, asyncssh.ProtocolNotSupported):
        raise not_fetched("protocol", host=host) from None
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        raise not_fetched("missing", host=host) from None
    except asyncssh.SFTPPermissionDenied:
        raise not_fetched("forbidden", host=host) from None
    except (asyncssh.SFTPFailure, asyncssh.SFTPOpUnsupported):
        raise not_fetched("server_later", host=host, retry=True) from None
    except (asyncssh.Error, OSError) as error:
        slow = limit.is_over or isinstance(error, TimeoutError)
        raise Unreachable("slow" if slow else "cut", host=host) from None
