"""A real SFTP server on the loopback, with a folder of its own to serve."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import asyncssh

USER, PASSWORD = "shop", "not-to-be-seen-anywhere"
KEY = asyncssh.generate_private_key("ssh-ed25519")


@dataclass
class FakeSftp:
    """`port` and `root` to serve. `cut_after` hangs up once so many bytes were read; `grow` lets the file grow then."""

    root: Path
    port: int = 0
    host_key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    cut_after: int | None = None
    grow: bool = False
    logins: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return f"{self.host_key.get_algorithm()} {self.host_key.get_fingerprint()}"


def server_class(fake: FakeSftp) -> type[asyncssh.SSHServer]:
    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            fake.logins.append("password")
            return (username, password) == (USER, PASSWORD)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            fake.logins.append("key")
            return username == USER and key == KEY.convert_to_public()

    return Server


def files_of(fake: FakeSftp) -> Any:
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=os.fsencode(fake.root))

        def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            if fake.cut_after is not None and offset + size > fake.cut_after:
                self.channel.get_connection().abort()
            data = bytes(super().read(file_obj, offset, size))  # type: ignore[arg-type]
            if fake.grow:
                fake.grow = False
                with Path(os.fsdecode(file_obj.name)).open("ab") as more:
                    more.write(b"\nB;2;")
            return data

    return Files


@contextmanager
def running_sftp(root: Path) -> Generator[FakeSftp]:
    fake, loop = FakeSftp(root), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=server_class(fake),
            server_host_keys=[fake.host_key],
            sftp_factory=files_of(fake),
        )

    async def stop() -> None:
        acceptor.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=20)
    fake.port = acceptor.get_port()
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=20)
        loop.close()
