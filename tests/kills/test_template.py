"""A process that dies while it makes the database which all others copy."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.template import make_once

ROOT = Path(__file__).resolve().parents[2]
NAME = f"killed_template_{os.getpid()}"


@pytest.fixture
def server(django_db_setup: None) -> Generator[str]:
    told = connection.get_connection_params()
    known: dict[str, Any] = {"host": told.get("host"), "port": told.get("port"), "user": told.get("user")}
    server = psycopg.conninfo.make_conninfo(dbname="postgres", password=told.get("password"), **known)
    yield server
    with psycopg.connect(server, autocommit=True) as cleaner:
        for name in (NAME, f"{NAME}_begun"):
            cleaner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def databases(server: str) -> list[str]:
    with psycopg.connect(server) as asker:
        found = asker.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [NAME]
        )
        return [name for (name,) in found.fetchall()]


def fill(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as maker:
        maker.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def die_half_way(server: str, template: str) -> None:
    """What the process does that dies."""

    def fill_in_part(name: str) -> None:
        fill(server, name)
        os.kill(os.getpid(), signal.SIGKILL)

    make_once(server, template, fill_in_part)


def test_a_database_that_was_half_made_when_its_process_died_is_made_anew(server: str) -> None:
    dying = "import sys; from tests.kills.test_template import die_half_way; die_half_way(*sys.argv[1:])"
    filled: list[str] = []

    def fill_whole(name: str) -> None:
        fill(server, name)
        filled.append(name)

    died = subprocess.run([sys.executable, "-c", dying, server, NAME], cwd=ROOT, check=False)
    after_death = databases(server)
    make_once(server, NAME, fill_whole)
    make_once(server, NAME, fill_whole)

    assert (died.returncode, after_death) == (-signal.SIGKILL, [f"{NAME}_begun"])
    assert (databases(server), filled) == ([NAME], [f"{NAME}_begun"])
