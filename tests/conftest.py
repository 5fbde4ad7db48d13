"""Fixtures for every test. Servers and settings come before, from tests/plugin.py."""

import pytest
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from tests import flushing
from tests.template import copy_template

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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """What pytest-django asks for before it creates the database of this process."""
    with django_db_blocker.unblock():
        copy_template()
