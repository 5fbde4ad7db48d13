"""Fixtures for every test. Servers and settings come before, from tests/plugin.py."""

pytest_plugins = ["tests.browser", "tests.media", "tests.mailserver"]
