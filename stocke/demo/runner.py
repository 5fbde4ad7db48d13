"""Everything of the demonstration in one foreground process: started, watched and ended together."""

import fcntl
import http.client
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from stocke.demo import programs
from stocke.demo.programs import Place
from stocke.demo.report import FILE, LOGINS_FILE, read_json, welcome, write_report
from stocke.demo.supervisor import GaveUp, Supervisor
from stocke.demo.wakeups import Wakeups
from stocke.localservices import ServiceError, Services, ensure, remove
from stocke.localservices.children import Child, stop_all
from stocke.localservices.errors import last_lines
from stocke.localservices.ports import LOOPBACK

STOP_SECONDS = 16.0
WEB_SECONDS = 240
OURS = ("media", "mails", "watched", "log")


def say(words: str) -> None:
    print(words, flush=True)


def run(folder: Path, *, port: int, reset: bool) -> int:
    """Answers the exit code: 0 after a request to end, or when the demonstration already runs."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = _claim(folder)
    if lock is None:
        return _already_running(folder, reset=reset)
    try:
        if reset:
            forget(folder)
        with Wakeups() as wakeups:
            return _run(folder, port, wakeups)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        lock.close()


def _claim(folder: Path) -> IO[str] | None:
    lock = (folder / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _already_running(folder: Path, *, reset: bool) -> int:
    url = read_json(folder / FILE).get("url", "an address it has not told yet")
    say(f"Stock e already runs at {url}.")
    if reset:
        say("Stop it first; nothing was deleted.")
    return 1 if reset else 0


def forget(folder: Path) -> None:
    """Delete all data of the demonstration. Raises ServiceError if the data is in servers of somebody else."""
    foreign = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if foreign:
        raise ServiceError(
            f"{' and '.join(foreign)} is set: empty that server yourself. Nothing was deleted."
        )
    remove(folder)
    for name in OURS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (LOGINS_FILE, "seeding"):
        (folder / name).unlink(missing_ok=True)
    say("The data of the demonstration is deleted.")


def _run(folder: Path, port: int, wakeups: Wakeups) -> int:
    say("Starting Stock e")
    with ensure(folder) as services:
        place = programs.choose_place(folder, port)
        if place.port != port:
            say(f"  Port {port} is taken; using {place.port}.")
        environment = programs.configuration(place)
        services.announce(**programs.for_commands(environment))
        running: list[Child] = []
        try:
            return _serve(place, environment, services, running, wakeups)
        finally:
            say("Stopping")
            stop_all(running, patience=STOP_SECONDS)
            (folder / FILE).unlink(missing_ok=True)


def _serve(
    place: Place, environment: Mapping[str, str], services: Services, running: list[Child], wakeups: Wakeups
) -> int:
    """Prepare, start every program, and watch them until the end."""
    if code := _prepare(environment, running, wakeups):
        return code
    if wakeups.asked_to_end:
        return 0
    web = programs.web(place, environment)
    running.append(web)
    # The others afterwards: seven programs that start at once would make the first page wait for all of them.
    if not _answers(place, web, wakeups):
        print(f"The web server does not answer:\n{last_lines(place.log('web'))}", file=sys.stderr)
        return 0 if wakeups.asked_to_end else 1
    _start_others(place, environment, running)
    write_report(place, [*services.children, *running], environment)
    say(welcome(place.folder))

    def restarted(words: str) -> None:
        say(words)
        write_report(place, [*services.children, *running], environment)

    return _watch(place, Supervisor(wakeups, [services.children, running], restarted))


def _prepare(environment: Mapping[str, str], running: list[Child], wakeups: Wakeups) -> int:
    """The exit code of the preparation; 0 as well when we were asked to end meanwhile."""
    child = programs.preparation(environment)
    running.append(child)
    while child.is_running() and not wakeups.asked_to_end:
        wakeups.wait()
    if wakeups.asked_to_end:
        return 0
    running.remove(child)
    return child.process.returncode


def _start_others(place: Place, environment: Mapping[str, str], running: list[Child]) -> None:
    if "MAIL_URL" not in os.environ:
        running.append(programs.mail_catcher(place, environment))
    running.append(programs.clock(place, environment))
    running.extend(programs.workers(place, environment, queue_names(environment)))


def queue_names(environment: Mapping[str, str]) -> list[str]:
    """As the settings have them. Reading the settings does not start Django."""
    os.environ.update(environment)
    from stocke import settings

    return list(settings.RQ_QUEUES)


def _answers(place: Place, web: Child, wakeups: Wakeups) -> bool:
    """Whether the web server answers a request in time. A machine that does other things as well may take minutes."""
    deadline = time.monotonic() + WEB_SECONDS
    while web.is_running() and not wakeups.asked_to_end and time.monotonic() < deadline:
        try:
            line = http.client.HTTPConnection(LOOPBACK, place.port, timeout=10)
            line.request("GET", "/")
            return line.getresponse().status < 500
        except OSError:
            wakeups.wait(0.2)
    return False


def _watch(place: Place, supervisor: Supervisor) -> int:
    try:
        supervisor.watch()
    except GaveUp as failure:
        log = place.log(failure.child.name)
        print(f"{failure}; the end of {log}:\n{last_lines(log)}", file=sys.stderr)
        return 1
    return 0
