"""Telling the carrier from a number. The numbers are the carriers' own published examples or built by their rule."""

import pytest

from orders.domain.carriers import CARRIERS, carrier_of, normalised, recognise, s10_is_valid, ups_is_valid


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z 999 AA1 01 2345 6784", "ups"),
        ("RB 123 456 785 GB", "royal_mail"),
        ("LX123456785FR", "la_poste"),
        ("CP123456785DE", "dhl_paket"),
        ("EA123456785US", "usps"),
        ("9400 1000 0000 0000 0000 06", "usps"),
        ("6A12345678901", "colissimo"),
        ("XY123456789FR", "chronopost"),
        ("00340434161094015902", "dhl_paket"),
        ("1234567891", "dhl_express"),
        ("01234567890123", "dpd"),
    ],
)
def test_a_number_tells_its_carrier(number: str, carrier: str) -> None:
    assert recognise(number)[0] == carrier


@pytest.mark.parametrize("number", ["1Z999AA10123456785", "RB123456786GB", "", "HELLO", "12345"])
def test_a_wrong_check_digit_or_no_number_at_all_tells_none(number: str) -> None:
    assert recognise(number) == ()


def test_only_the_right_check_digit_is_taken() -> None:
    taken = [digit for digit in "0123456789" if s10_is_valid(f"RB12345678{digit}GB")]
    ups = [digit for digit in "0123456789" if ups_is_valid(f"1Z999AA1012345678{digit}")]

    assert (taken, ups) == (["5"], ["4"])


def test_who_names_the_carrier_is_believed_by_key_or_by_name() -> None:
    assert carrier_of("1Z999AA10123456784", "dpd") == "dpd"
    assert carrier_of("1Z999AA10123456784", " colissimo ") == "colissimo"
    assert carrier_of("1Z999AA10123456784", "Chrono Express") == "ups"
    assert carrier_of("abc") == "other"


def test_a_link_leads_to_the_carriers_page_with_the_number_quoted() -> None:
    assert CARRIERS["ups"].link("1Z9/9") == "https://www.ups.com/track?tracknum=1Z9%2F9"
    assert CARRIERS["other"].link("1") == ""
    assert normalised(" 6a 123-456.789 01 ") == "6A12345678901"
