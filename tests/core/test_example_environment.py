"""The example of an environment, as systemd and a shell read it."""

import subprocess
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "stocke.env.example"


def test_a_shell_loads_it_and_no_wrong_key_refuses_the_command_that_makes_one() -> None:
    show = 'set -a; . "$0"; set +a; echo "$MAIL_FROM, $STOCKE_ENV, key: $STOCKE_CREDENTIAL_KEYS."'

    loaded = subprocess.run(["bash", "-ec", show, str(EXAMPLE)], capture_output=True, text=True, check=False)

    assert (loaded.stdout, loaded.stderr) == ("Your shop <hello@example.com>, production, key: .\n", "")
