"""The programs of the demonstration: the same that a server runs in production."""

import os
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stocke.localservices.children import Child, spawn
from stocke.localservices.ports import LOOPBACK, free_port
from stocke.localservices.services import write_private

MANAGE = (sys.executable, "manage.py")
WEB_PROCESSES, WEB_THREADS = 2, 4
# The made-up shop has an address of its own, so that browsers take it for the foreign site that it plays.
SHOP_HOST = "127.0.0.2"
PORTS_TO_TRY = 20


@dataclass(frozen=True)
class Place:
    """The folder of everything that the demonstration writes, and its ports."""

    folder: Path
    port: int
    smtp_port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def shop_url(self) -> str:
        """Where the made-up shop is; empty on a machine that has only one loopback address."""
        return f"http://{SHOP_HOST}:{self.port}" if can_bind(SHOP_HOST, self.port) else ""

    @property
    def mails(self) -> Path:
        return self.folder / "mails"

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"


def can_bind(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def choose_place(folder: Path, wanted_port: int) -> Place:
    """The wanted port or one of the next that is free."""
    port = free_port(*range(wanted_port, wanted_port + PORTS_TO_TRY))
    place = Place(folder, port, smtp_port=free_port())
    place.log("web").parent.mkdir(parents=True, exist_ok=True)
    for old in place.log("web").parent.glob("*.log"):
        old.unlink()
    return place


def configuration(place: Place) -> Mapping[str, str]:
    """The environment of every program; what the person has set stays."""
    defaults = {
        "STOCKE_ENV": "demo",
        "STOCKE_LOCAL_DIR": str(place.folder),
        "SECRET_KEY": _secret_key(place.folder / "secret-key"),
        "PUBLIC_URL": place.url,
        "MAIL_URL": f"smtp://{LOOPBACK}:{place.smtp_port}",
        "STOCKE_MAILBOX_DIR": str(place.mails),
        "STOCKE_CHANGE_OF_MIND_SECONDS": "30",
        "TZ": "UTC",
        "DJANGO_SETTINGS_MODULE": "stocke.settings",
    }
    return {**defaults, **os.environ, **the_shop(place)}


def for_commands(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What commands by hand must know beside where the servers are: what they seal and sign is opened by the demo."""
    return {name: environment[name] for name in ("MAIL_URL", "SECRET_KEY")}


def the_shop(place: Place) -> Mapping[str, str]:
    """Where the made-up shop is, and that we may go there, beside what the person allows."""
    if not (url := place.shop_url):
        return {}
    allowed, hosts = "STOCKE_ALLOWED_PRIVATE_HOSTS", "ALLOWED_HOSTS"
    ours = os.environ.get(hosts) or f"localhost,{LOOPBACK},[::1]"
    return {
        "STOCKE_DEMO_SHOP_URL": url,
        allowed: ",".join(filter(None, (os.environ.get(allowed), SHOP_HOST))),
        hosts: f"{ours},{SHOP_HOST}",
    }


def _secret_key(file: Path) -> str:
    """Made once, because links in mails already sent are signed with it."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(48))
    return file.read_text()


def preparation(environment: Mapping[str, str]) -> Child:
    """Tables, translations, static files and the first data; speaks to the person."""
    return spawn(
        "preparation", [sys.executable, "-m", "stocke.demo.prepare"], log=None, environment=environment
    )


def mail_catcher(place: Place, environment: Mapping[str, str]) -> Child:
    program = [sys.executable, "-m", "stocke.localservices.mailcatcher"]
    command = [*program, "--port", str(place.smtp_port), "--dir", str(place.mails)]
    return spawn("mail", command, log=place.log("mail"), environment=environment)


def web(place: Place, environment: Mapping[str, str]) -> Child:
    addresses = [f"{LOOPBACK}:{place.port}"]
    if shop := environment.get("STOCKE_DEMO_SHOP_URL"):
        addresses.append(shop.removeprefix("http://"))
    command = [
        *(sys.executable, "-m", "gunicorn", "stocke.wsgi:application"),
        *(part for address in addresses for part in ("--bind", address)),
        *("--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "5", "--no-control-socket"),
    ]
    return spawn("web", command, log=place.log("web"), environment=environment)


def workers(place: Place, environment: Mapping[str, str], queues: list[str]) -> Iterator[Child]:
    """One process per queue: a worker on several can lose a job.

    None of them needs RQ's scheduler: what waits its time is a row, and the clock's sweeps queue it.
    """
    environment = {**environment, "STOCKE_WORKER": "1"}
    for queue in queues:
        command = [*MANAGE, "rqworker", queue, "--worker-ttl", "30"]
        name = f"worker-{queue}"
        yield spawn(name, command, log=place.log(name), environment=environment)


def clock(place: Place, environment: Mapping[str, str]) -> Child:
    environment = {**environment, "STOCKE_WORKER": "1"}
    return spawn("clock", [*MANAGE, "clock"], log=place.log("clock"), environment=environment)
