"""A file on an FTP server, in the open or by TLS."""

import ftplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from stocke.core.outbound import TimeLimit, Unreachable, connected
from stocke.core.outbound.tls import tls_context
from suppliers.transports.errors import NotFetched, not_fetched
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

PORTS = {"none": 21, "explicit": 21, "implicit": 990}
BLOCK, MOST_TALK = 256 * 1024, 1024**2
# Of a server that lists bare names, so many files are asked for their time one by one.
MOST_ASKED = 200
NOT_LOGGED_IN, UNAVAILABLE = "530", "550"


class BoundedFTP(ftplib.FTP_TLS):
    """FTP on a line that was opened before. Talk is bounded, and the data comes from the address that was checked.

    ftplib takes a server's lines for ever, and asks it where to connect for data: Python's own default is to go to
    the host of the line whatever the server says, and that is what `trust_server_pasv_ipv4_address` keeps.
    """

    trust_server_pasv_ipv4_address = False

    def __init__(self, line: socket.socket, host: str, limit: TimeLimit) -> None:
        super().__init__(context=tls_context(), timeout=limit.limits.idle_seconds, encoding="utf-8")
        self.host, self.limit, self.heard = host, limit, 0
        self.sock, self.af = line, line.family

    def listen(self, line: socket.socket) -> None:
        # Names in other encodings come through as they are and can be sent back.
        self.sock, self.file = line, line.makefile("r", encoding=self.encoding, errors="surrogateescape")

    def secure(self) -> None:
        """Go on by TLS."""
        self.auth()
        if self.sock:
            self.listen(self.sock)

    def getline(self) -> str:
        line = super().getline()
        self.heard += len(line)
        if self.heard > MOST_TALK:
            raise not_fetched("protocol", host=self.host)
        return line

    def putline(self, line: str) -> None:
        if "\r" in line or "\n" in line:
            raise not_fetched("missing", host=self.host)
        if self.sock:
            self.sock.sendall(f"{line}\r\n".encode(self.encoding, "surrogateescape"))

    def ntransfercmd(self, cmd: str, rest: Any = None) -> tuple[socket.socket, int | None]:
        """A watched line for data. Many servers let only the TLS session of the control line fetch it."""
        line, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        self.limit.watch(line)
        if isinstance(self.sock, ssl.SSLSocket):
            line = self.context.wrap_socket(line, server_hostname=self.host, session=self.sock.session)
        return line, size


@contextmanager
def open_ftp(source: Source) -> Iterator[Incoming]:
    """The file, or the newest that fits the pattern."""
    security = source.said("security") or "none"
    host, port = place_of(source, PORTS[security])
    with TimeLimit(source.limits) as limit, named_ftp_errors(host, limit):
        line = connected(host, port, limit)
        with line:
            ftp = entered(BoundedFTP(line, host, limit), line, source, security)
            file = find(ftp, wanted(source.said("path")))
            yield Incoming(file.name, file.size, blocks_of(ftp, file), written_at=file.written_at)


def entered(ftp: BoundedFTP, line: socket.socket, source: Source, security: str) -> BoundedFTP:
    if security == "implicit":
        line = ftp.context.wrap_socket(line, server_hostname=ftp.host)
    ftp.listen(line)
    ftp.getresp()
    if security == "explicit":
        ftp.secure()
    user, password = source.said("user") or "anonymous", source.secrets.get("password", "")
    ftplib.FTP.login(ftp, user, password)
    if security != "none":
        ftp.prot_p()
    return ftp


def find(ftp: BoundedFTP, want: Wanted) -> RemoteFile:
    if not want.is_pattern:
        return stated(ftp, want.path)
    return newest(listed(ftp, want), want)


def stated(ftp: BoundedFTP, path: str) -> RemoteFile:
    """A file as far as the server says what it is: size and time are late inventions."""
    ftp.voidcmd("TYPE I")
    return RemoteFile(path, size_of(ftp, path), time_of(ftp, path))


def size_of(ftp: BoundedFTP, path: str) -> int | None:
    try:
        return ftp.size(path)
    except (ftplib.error_perm, ValueError):
        return None


def time_of(ftp: BoundedFTP, path: str) -> datetime | None:
    try:
        return ftp_time(ftp.sendcmd(f"MDTM {path}").partition(" ")[2])
    except ftplib.error_perm:
        return None


def ftp_time(text: str) -> datetime | None:
    """20261120071200, perhaps with parts of a second, always in UTC."""
    try:
        return datetime.strptime(text.strip()[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def listed(ftp: BoundedFTP, want: Wanted) -> list[RemoteFile]:
    """The files of a folder with what is known of each."""
    try:
        lines = lines_of(ftp, f"MLSD {want.folder}".strip(), want)
    except ftplib.error_perm as refused:
        if str(refused)[:3] == UNAVAILABLE:
            raise
        return named(ftp, want)
    return [file for line in lines if (file := file_of(line, want)) is not None]


def file_of(line: str, want: Wanted) -> RemoteFile | None:
    """One line of MLSD: `type=file;size=12;modify=20261120071200; stock.csv`."""
    told, _blank, name = line.partition(" ")
    facts = dict(fact.lower().partition("=")[::2] for fact in told.split(";") if "=" in fact)
    if facts.get("type") != "file":
        return None
    size = facts.get("size", "")
    written = ftp_time(facts.get("modify", ""))
    return RemoteFile(join(want.folder, name), int(size) if size.isdecimal() else None, written)


def named(ftp: BoundedFTP, want: Wanted) -> list[RemoteFile]:
    """From a server that only lists names: the fitting ones, each asked for its time."""
    names = [line.rpartition("/")[2] for line in lines_of(ftp, f"NLST {want.folder}".strip(), want)]
    fitting = sorted(filter(want.fits, names))[-MOST_ASKED:]
    return [stated(ftp, join(want.folder, name)) for name in fitting]


def lines_of(ftp: BoundedFTP, command: str, want: Wanted) -> list[str]:
    lines: list[str] = []

    def take(line: str) -> None:
        if len(lines) >= MOST_FILES:
            raise not_fetched("many_files", folder=want.folder, limit=MOST_FILES)
        lines.append(line)

    ftp.retrlines(command, take)
    return lines


def blocks_of(ftp: BoundedFTP, file: RemoteFile) -> Iterator[bytes]:
    """The bytes of the file; only the server's word that it sent all of it makes the end an end."""
    done = 0
    # Listing names has switched the server to text, in which it would rewrite the ends of lines.
    ftp.voidcmd("TYPE I")
    with ftp.transfercmd(f"RETR {file.path}") as line:
        while block := line.recv(BLOCK):
            done += len(block)
            yield block
        if isinstance(line, ssl.SSLSocket):
            with suppress(OSError):
                line.unwrap()
    ftp.voidresp()
    refuse_change(file, stated(ftp, file.path), done)


@contextmanager
def named_ftp_errors(host: str, limit: TimeLimit) -> Iterator[None]:
    """ftplib's errors under our names. What the server said is left out: it may repeat a password."""
    try:
        yield
    except (ftplib.Error, EOFError, OSError, UnicodeError) as error:
        raise named_error(error, host, limit) from None


def named_error(error: Exception, host: str, limit: TimeLimit) -> NotFetched | Unreachable:
    if limit.is_over or isinstance(error, TimeoutError):
        return Unreachable("slow", host=host)
    if isinstance(error, ftplib.error_perm):
        code = {NOT_LOGGED_IN: "login", UNAVAILABLE: "missing"}.get(str(error)[:3], "protocol")
        return not_fetched(code, host=host)
    if isinstance(error, ftplib.error_temp):
        return not_fetched("server_later", host=host, retry=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable("secure", host=host)
    if isinstance(error, (ftplib.Error, UnicodeError)):
        return not_fetched("protocol", host=host)
    return Unreachable("cut", host=host)
