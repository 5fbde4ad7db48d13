"""The database of each process is a copy of one that was migrated once: migrating takes a quarter of a minute.

Only on a server of our own that ends with the run: elsewhere the copy could be older than the code.
"""

import os

import psycopg
from django.db import connection

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
    with psycopg.connect(server, autocommit=True) as watcher:
        watcher.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not watcher.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            migrate()


def migrate() -> None:
    """A database of this name; afterwards the connection is to its old one again."""
    test, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    mine, test["NAME"] = test["NAME"], NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.creation.destroy_test_db(before, verbosity=0, keepdb=True)
    test["NAME"] = mine
