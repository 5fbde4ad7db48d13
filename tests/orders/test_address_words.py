"""An address as people read it."""

import pytest
from django.utils.translation import override

from orders.domain.purchase_messages import address_in_words

LILLE = {
    "name": "Claire Exemple",
    "street": "15 rue de la Démonstration",
    "postal_code": "59000",
    "city": "Lille",
}


@pytest.mark.parametrize(
    ("language", "code", "name"), [("fr", "DE", "Allemagne"), ("en", "DE", "Germany"), ("fr", "Q9", "Q9")]
)
def test_the_country_is_named_in_the_readers_language(language: str, code: str, name: str) -> None:
    with override(language):
        words = address_in_words(LILLE | {"country": code})
    assert words == f"Claire Exemple\n15 rue de la Démonstration\n59000 Lille\n{name}"


def test_an_address_without_a_country_ends_with_its_town() -> None:
    assert address_in_words(LILLE).splitlines()[-1] == "59000 Lille"
