"""One Valkey server for this project, on the loopback address, behind a password."""

import signal
import socket
from pathlib import Path

from stocke.localservices.accounts import Account, hand_over
from stocke.localservices.binaries import valkey_program
from stocke.localservices.children import Child, retire, spawn, wait_until
from stocke.localservices.errors import ServiceError, last_lines
from stocke.localservices.ports import LOOPBACK, free_port

DATABASES = 64


def start_valkey(home: Path, *, password: str, account: Account | None, fast: bool) -> tuple[str, Child]:
    """Start the server on the data below `home`. Answers its URL. With `fast` nothing is kept on disk."""
    data = home / "valkey"
    if not data.exists():
        data.mkdir(mode=0o700)
        hand_over(data, account)
    retire(data / "valkey.pid", "valkey.conf", signal.SIGTERM)
    port = free_port()
    configuration = _write_configuration(data, port=port, password=password, keep=not fast)
    hand_over(configuration, account)
    program = valkey_program(home, account)
    child = _run(program, configuration, port=port, password=password, account=account)
    return f"redis://:{password}@{LOOPBACK}:{port}/0", child


def _write_configuration(data: Path, *, port: int, password: str, keep: bool) -> Path:
    """In a file that only the server's account reads: everybody may read a command line."""
    configuration = data / "valkey.conf"
    configuration.touch(mode=0o600)
    lines = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{data}"',
        f'pidfile "{data / "valkey.pid"}"',
        f"appendonly {'yes' if keep else 'no'}",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        f"databases {DATABASES}",
    ]
    configuration.write_text("\n".join(lines) + "\n")
    return configuration


def _run(program: Path, configuration: Path, *, port: int, password: str, account: Account | None) -> Child:
    log = configuration.parent.with_name("valkey.log")
    log.unlink(missing_ok=True)
    child = spawn("valkey", [program, configuration], log=log, account=account)
    ready = wait_until(lambda: _answers(port, password) or not child.is_running())
    if not ready or not child.is_running():
        child.kill()
        raise ServiceError(f"Valkey did not start:\n{last_lines(log)}")
    return child


def _answers(port: int, password: str) -> bool:
    """Whether the server takes our password and has finished loading its data."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return _until_two_lines(line) == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False


def _until_two_lines(line: socket.socket) -> bytes:
    said = b""
    while said.count(b"\r\n") < 2 and (more := line.recv(256)):
        said += more
    return said
