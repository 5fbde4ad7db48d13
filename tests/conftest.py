"""Fixtures for every test. Servers and settings come before, from tests/plugin.py."""

from hypothesis import settings

from tests import flushing

pytest_plugins = [
    "tests.browser",
    "tests.numbers",
    "tests.media",
    "tests.mailserver",
    "tests.fakes.certificates",
]

# The same examples on every machine, and no clock over them: a slow machine proves nothing about the code.
# To look for new examples: `pytest --hypothesis-profile=explore`.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.register_profile("hunt", deadline=None)
settings.load_profile("steady")

flushing.install()
