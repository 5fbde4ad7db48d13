"""A file of ours on a supplier's SFTP server: written under another name, then given its own in one step."""

from collections.abc import Mapping
from threading import Event
from typing import Any

import asyncssh

from stocke.core.outbound import OutboundError, TimeLimit, Unsure, connected
from suppliers.transports.errors import NotFetched, not_fetched
from suppliers.transports.looping import LoopThread
from suppliers.transports.remote import join, place_of
from suppliers.transports.sftp import (
    PORT,
    STEP_SECONDS,
    Doorkeeper,
    named_ssh_errors,
    opened,
    options_of,
    sftp_over,
)
from suppliers.transports.sources import Source

UNFINISHED = ".part"


def drop(source: Source, name: str, content: bytes) -> Mapping[str, Any]:
    """Put the file into the folder `path` of this server; what is to be remembered of it.

    A file of this name with these bytes was put there before: nothing is done. Raises NotFetched before the file has
    its name, and Unsure when the line broke in that very step: perhaps it lies there, perhaps not.
    """
    host, port = place_of(source, PORT)
    last_step = Event()
    keeper, options = Doorkeeper(source.said("host_key")), options_of(source)
    try:
        with (
            TimeLimit(source.limits) as limit,
            named_ssh_errors(host, keeper, limit),
            LoopThread(host) as loop,
        ):
            line = connected(host, port, limit)
            connecting = asyncssh.connect(sock=line, client_factory=lambda: keeper, **options)
            connection = loop.run(opened(connecting), seconds=STEP_SECONDS)
            try:
                sftp = loop.run(sftp_over(connection), seconds=STEP_SECONDS)
                path = join(source.said("path"), name)
                loop.run(put(sftp, path, content, host=host, last_step=last_step), seconds=STEP_SECONDS)
            finally:
                connection.abort()
    except OutboundError as error:
        if last_step.is_set():
            raise Unsure("cut", host=host) from error
        raise NotFetched.of(error) from error
    return {"host_key": keeper.shown}


async def put(sftp: asyncssh.SFTPClient, path: str, content: bytes, *, host: str, last_step: Event) -> None:
    if await sftp.exists(path):
        if await read_whole(sftp, path, len(content)) == content:
            return
        raise not_fetched("name_taken", host=host, name=path)
    waiting = path + UNFINISHED
    async with sftp.open(waiting, "wb") as file:
        await file.write(content)
    last_step.set()
    await sftp.rename(waiting, path)


async def read_whole(sftp: asyncssh.SFTPClient, path: str, expected: int) -> bytes:
    """The file as far as it can be ours: one byte more than expected shows that it is another."""
    async with sftp.open(path, "rb") as file:
        content: bytes = await file.read(expected + 1)
        return content
