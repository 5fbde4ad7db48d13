import io

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from stocke import environment
from stocke.core.domain.credentials import Resealed, keep_secrets, reseal_all, reveal
from stocke.core.models import Credential
from stocke.core.sealing import NotOpened, Secrets

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
WORD = "not-to-be-seen-anywhere"


def kept(**secrets: str) -> Credential:
    credential = keep_secrets(None, secrets)
    assert credential is not None
    return credential


def test_what_is_kept_comes_back_and_the_row_alone_shows_nothing() -> None:
    credential = kept(password=WORD)

    assert dict(reveal(Credential.objects.get())) == {"password": WORD}
    assert WORD not in credential.sealed
    assert f"{Secrets({'password': WORD})!r} {credential!r}" == (
        f"Secrets(password) <Credential: credential {credential.pk}>"
    )


def test_a_stored_secret_stays_where_nothing_new_is_given() -> None:
    credential = kept(password=WORD, passphrase="other")

    keep_secrets(credential, {}, kept=["password"])

    assert dict(reveal(Credential.objects.get())) == {"password": WORD}


def test_the_last_secret_takes_its_row_along() -> None:
    assert keep_secrets(kept(password=WORD), {}) is None
    assert not Credential.objects.exists()


def test_without_the_key_nothing_opens_and_a_new_word_may_be_given(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    credential = kept(password=WORD)
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(NotOpened):
        reveal(credential)
    keep_secrets(credential, {"password": "new"}, kept=["passphrase"])
    assert dict(reveal(credential)) == {"password": "new"}


def test_keys_change_without_a_moment_in_which_something_is_shut(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    credential = kept(password=WORD)
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    assert dict(reveal(credential)) == {"password": WORD}
    assert (reseal_all(), reseal_all()) == (Resealed(1, 0), Resealed(0, 0))

    settings.CREDENTIAL_KEYS = [NEW]
    assert dict(reveal(Credential.objects.get())) == {"password": WORD}


def test_without_keys_of_its_own_a_machine_uses_one_that_follows_from_its_secret_key(
    settings: Settings,
) -> None:
    credential = kept(password=WORD)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    assert dict(reveal(credential)) == {"password": WORD}

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotOpened):
        reveal(credential)


def test_the_command_renews_and_names_what_is_lost(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    kept(password=WORD)
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(CommandError, match="1 cannot be opened"):
        call_command("credentials", "reseal", stdout=io.StringIO())

    settings.CREDENTIAL_KEYS = [NEW, OLD]
    said = io.StringIO()
    call_command("credentials", "reseal", stdout=said)
    assert said.getvalue().startswith("1 renewed.")


def test_the_command_makes_a_key_that_the_settings_take(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    call_command("credentials", "new-key", stdout=said)
    key = said.getvalue().strip()

    monkeypatch.setenv("STOCKE_CREDENTIAL_KEYS", f"{key}, {OLD}")

    assert environment.fernet_keys("STOCKE_CREDENTIAL_KEYS") == [key, OLD]


def test_a_key_that_is_none_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKE_CREDENTIAL_KEYS", f"{OLD},tooshort")

    with pytest.raises(ImproperlyConfigured) as refused:
        environment.fernet_keys("STOCKE_CREDENTIAL_KEYS")

    assert str(refused.value).startswith("Key 2 of STOCKE_CREDENTIAL_KEYS is none")
    assert "tooshort" not in str(refused.value)
