"""How alike two products are by their words, on plain values."""

import pytest

from orders.domain.likeness import Described, Lexicon, is_made_for, singular, words_of

GALET = Described("Suspension Galet Ø 40, verre fumé")
SMALLER = Described("Suspension Galet Ø 35, verre fumé")
DUNE = Described("Suspension Dune, verre")
VASE = Described("Vase Osier blanc")
CABLE = Described("Câble textile pour suspension Galet")


@pytest.fixture
def lexicon() -> Lexicon:
    others = [Described(f"Vase {name}") for name in ("Osier", "Brume", "Argile", "Lune")]
    return Lexicon([GALET, SMALLER, DUNE, VASE, CABLE, *others])


def test_the_same_model_comes_before_the_same_kind_before_another_thing(lexicon: Lexicon) -> None:
    liked = [lexicon.likeness(GALET, other) for other in (GALET, SMALLER, DUNE, VASE)]

    assert liked == sorted(liked, reverse=True)
    assert liked[0] == pytest.approx(1.0)
    assert liked[-1] == 0.0


def test_what_is_made_for_the_missing_one_comes_after_another_of_its_kind(lexicon: Lexicon) -> None:
    assert is_made_for(GALET, CABLE)
    assert not is_made_for(CABLE, GALET)
    assert lexicon.likeness(GALET, CABLE) < lexicon.likeness(GALET, DUNE)


def test_an_accessory_of_the_same_words_is_less_alike(lexicon: Lexicon) -> None:
    cover = Described("Housse Suspension Galet Ø 40, verre fumé")

    assert lexicon.likeness(GALET, cover) < lexicon.likeness(GALET, SMALLER)


def test_a_text_beyond_the_name_counts(lexicon: Lexicon) -> None:
    smoked = Described("Lampe", "verre fumé")

    assert lexicon.likeness(GALET, smoked) > lexicon.likeness(GALET, Described("Lampe"))


def test_nothing_written_is_alike_to_nothing(lexicon: Lexicon) -> None:
    assert lexicon.likeness(Described(""), GALET) == 0.0
    assert Lexicon([]).likeness(GALET, GALET) == pytest.approx(1.0)


def test_words_are_folded_to_their_singular_without_accents() -> None:
    assert list(words_of("Étagères, RIDEAUX & Boxes 2×40")) == ["etagere", "rideau", "box", "2", "40"]
    assert [singular(word) for word in ("glass", "gas", "stories", "bus")] == ["glass", "gas", "story", "bus"]
