"""PostgreSQL restarted under an import: never half a feed, and the worker goes on with the next attempt."""

import json
import subprocess
import sys
from pathlib import Path

from tests.kills.restarted_database import PLACES
from tests.kills.workers import ROOT

OLD, NEW = {"A": 4, "B": 5}, {"A": 3, "B": 5, "C": 8}


def test_a_restart_of_the_database_under_an_import_leaves_nothing_half_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kills.restarted_database", str(tmp_path)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stderr

    waits = {"raised": "OperationalError", "status": "queued", "attempts": 1, "stock": OLD}
    counts = {"raised": "", "status": "applied", "attempts": 1, "stock": NEW}
    applied = {"status": "applied", "stock": NEW, "said": 2}
    told = dict(
        zip([place.partition(":")[2] for place, _when in PLACES], json.loads(answer.stdout), strict=True)
    )
    assert told == {
        # The line was idle when it broke: the next question finds that out, and nothing was written yet.
        "archive": {"then": waits, "in the end": applied},
        "write": {"then": waits, "in the end": applied},
        # It was committed, and stays.
        "judge_and_apply": {"then": counts, "in the end": applied},
    }
