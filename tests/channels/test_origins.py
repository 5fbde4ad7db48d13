"""Each answer of the shops that we play says where it comes from, and what is said to be recorded was."""

import tarfile
from functools import cache
from pathlib import Path

import pytest

from tests.fakes import bigcommerce, shopify, woocommerce
from tests.fakes.origins import Origin

CONTRACTS = Path(__file__).resolve().parents[2].parent / "shared" / "contracts"
WOOCOMMERCE = {**dict(woocommerce.ROUTES.origins()), **woocommerce.REFUSALS}
BIGCOMMERCE = {**dict(bigcommerce.ROUTES.origins()), **bigcommerce.REFUSALS}
ALL = {
    f"{kind}: {name}": origin
    for kind, origins in (
        ("woocommerce", WOOCOMMERCE),
        ("shopify", shopify.ORIGINS),
        ("bigcommerce", BIGCOMMERCE),
    )
    for name, origin in origins.items()
}


@cache
def inside(archive: Path) -> dict[str, str]:
    """The files of an archive by their names, folders of the archive's own left out where it has one."""
    with tarfile.open(archive) as tar:
        read = {member.name: tar.extractfile(member) for member in tar.getmembers() if member.isfile()}
        return {name: file.read().decode("utf-8", "replace") for name, file in read.items() if file}


def has_words(origin: Origin) -> bool:
    archive, _blank, name = origin.where.partition(" ")
    texts = [text for found, text in inside(CONTRACTS / archive).items() if found.endswith(name)]
    return any(origin.words in text for text in texts)


def test_every_operation_of_shopify_says_where_its_answer_comes_from() -> None:
    operations = {name for name in vars(shopify.Answers) if name[0].isupper()}

    assert operations <= shopify.ORIGINS.keys()
    assert "Tell" in operations


def test_what_is_neither_recorded_nor_described_says_on_what_it_rests() -> None:
    assert {origin.kind for origin in ALL.values()} == {"recorded", "described", "seen", "guess"}
    assert [name for name, origin in ALL.items() if origin.kind == "recorded" and not origin.words] == []
    vague = [origin for origin in ALL.values() if origin.kind in {"seen", "guess"} and len(origin.where) < 15]
    assert vague == []


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="no contracts beside the checkout")
def test_what_is_said_to_be_recorded_stands_in_the_file_that_is_named() -> None:
    wrong = {
        name: origin.where
        for name, origin in ALL.items()
        if origin.kind == "recorded" and not has_words(origin)
    }

    assert wrong == {}


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="no contracts beside the checkout")
def test_what_is_said_to_be_described_has_its_file() -> None:
    files = {origin.where for origin in ALL.values() if origin.kind == "described"}

    assert [file for file in sorted(files) if not (CONTRACTS / file).is_file()] == []
