"""What the programs of the demo know, and what commands by hand know beside them."""

import json
from pathlib import Path

import pytest

from stocke.demo import programs
from stocke.environment import announced


def test_a_command_by_hand_seals_with_the_key_of_the_running_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "MAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    environment = programs.configuration(programs.Place(tmp_path, 8000, smtp_port=2500))
    left = tmp_path / "services.json"
    left.write_text(json.dumps(dict(programs.for_commands(environment))))

    assert announced("SECRET_KEY", left) == environment["SECRET_KEY"] != ""
    monkeypatch.setenv("SECRET_KEY", "the operator's own")
    assert announced("SECRET_KEY", left) == "the operator's own"
