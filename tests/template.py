"""The database of each process is a copy of one that was migrated once: migrating takes a quarter of a minute.

Only on a server of our own that ends with the run: elsewhere the copy could be older than the code.
"""

import os
from collections.abc import Callable

import psycopg
from django.db import connection
from psycopg import sql

NAME = "stocke_template"
LOCK = 1
# Where the server that ends with this run is, if there is one.
SERVER = "STOCKE_TEST_SERVER"


def copy_template() -> None:
    """Let the database of this process be a copy, if it is one of several."""
    if "PYTEST_XDIST_WORKER" in os.environ and SERVER in os.environ:
        make_template(os.environ[SERVER])
        connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def make_template(server: str) -> None:
    """Unless another process has made it, or is about to: then it is waited for."""
    make_once(server, NAME, migrate)


def make_once(server: str, name: str, fill: Callable[[str], None]) -> None:
    """A database gets this name when `fill` is through with it: one whose process died half-way has never had it."""
    begun = f"{name}_begun"
    with psycopg.connect(server, autocommit=True) as watcher:
        watcher.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if watcher.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        watcher.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(begun)))
        fill(begun)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        watcher.execute(rename.format(sql.Identifier(begun), sql.Identifier(name)))


def migrate(name: str) -> None:
    """A database of this name; afterwards the connection is to its old one again."""
    test, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    mine, test["NAME"] = test["NAME"], name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.creation.destroy_test_db(before, verbosity=0, keepdb=True)
    test["NAME"] = mine
