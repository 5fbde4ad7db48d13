"""What is installed is what was locked, whatever registry it comes from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def entries(name: str) -> dict[str, str]:
    """Package and version -> the whole entry with its hashes."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / name).read_text())
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split(" ")[0]: line for line in lines}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_has_a_version_and_hashes(name: str) -> None:
    loose = [
        entry for entry, line in entries(name).items() if "==" not in entry or "--hash=sha256:" not in line
    ]

    assert loose == []


@pytest.mark.parametrize("name", [*REQUIREMENTS, "package-lock.json", ".npmrc"])
def test_no_lock_names_a_registry(name: str) -> None:
    text = (ROOT / name).read_text()

    assert (
        re.findall(r"--(?:extra-)?index-url|\"resolved\"|registry\s*=|https?://\S*(?:simple|packages)/", text)
        == []
    )


def test_what_runs_in_production_is_what_was_tested() -> None:
    assert entries("requirements.txt").keys() - entries("requirements-dev.txt").keys() == set()


def asked_for(name: str) -> set[str]:
    """The packages of a lock that are there because pyproject.toml names them."""
    blocks = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(.*?)(?=^\w|\Z)", (ROOT / name).read_text(), re.M | re.S)
    return {package for package, rest in blocks if re.search(r"#\s+(?:via )?stocke$", rest, re.M)}


def test_the_lock_follows_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[\[<>=~! ;]", dependency)[0].lower() for dependency in project["dependencies"]}

    assert asked_for("requirements.txt") == named


def test_every_npm_package_has_an_integrity() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, facts in packages.items() if name and "integrity" not in facts] == []


def test_the_files_that_record_registries_stay_out() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert {"/uv.lock", "/pylock.toml"} <= set(ignored)
