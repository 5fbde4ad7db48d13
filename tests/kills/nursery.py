"""A process that has loaded the product once, and has a worker or a web process ready in no time by forking.

Starting Python and loading everything takes over a second, and each test here needs two or three processes that die.

    python -m tests.kills.nursery

Each line of its input is a JSON object: `module` (its `main` is called), `arguments`, `environment`, and `born`, the
path of a file in which the new process's number is found; its exit status is found in `born` + ".status".
"""

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tests.kills.marks import leave

born: dict[int, str] = {}


def load() -> None:
    import django

    django.setup()
    from stocke import wsgi
    from stocke.core.worker import load_jobs

    assert wsgi.application
    load_jobs()


def reread_settings(environment: Mapping[str, str]) -> None:
    """The settings as a process that was started with this environment would have them."""
    from django.conf import settings
    from django.test.signals import setting_changed

    os.environ.clear()
    os.environ.update(environment)
    module = importlib.reload(importlib.import_module("stocke.settings"))
    for name, value in vars(module).items():
        if name.isupper() and value != getattr(settings, name):
            setattr(settings, name, value)
            setting_changed.send(None, setting=name, value=value, enter=True)


def live(task: Mapping[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    reread_settings(task["environment"])
    importlib.import_module(task["module"]).main(*task["arguments"])


def bear(task: Mapping[str, Any]) -> None:
    """Nobody is buried before it is written down who was born."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if child == 0:
        live_and_die(task)
    born[child] = task["born"]
    leave(Path(task["born"]), str(child))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def live_and_die(task: Mapping[str, Any]) -> NoReturn:
    """Whatever happens, a child never goes on as a second nursery."""
    status = 1
    try:
        live(task)
        status = 0
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(status)


def bury(_signal: int, _frame: object) -> None:
    for child in list(born):
        dead, status = os.waitpid(child, os.WNOHANG)
        if dead:
            leave(Path(f"{born.pop(child)}.status"), str(os.waitstatus_to_exitcode(status)))


def main() -> None:
    load()
    signal.signal(signal.SIGCHLD, bury)
    for line in sys.stdin:
        bear(json.loads(line))


if __name__ == "__main__":
    main()
