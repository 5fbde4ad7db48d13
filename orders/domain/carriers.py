"""Which carrier a tracking number belongs to, told from its shape and its check digit. Pure.

A number that fits several carriers is left to a person: the first match is proposed, never taken for certain.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

SEPARATORS = re.compile(r"[\s\-.]+")
# Universal Postal Union, standard S10: a service, eight digits, a check digit, the country of the post that took it.
S10 = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
POSTS: Mapping[str, str] = MappingProxyType(
    {
        "FR": "la_poste",
        "GB": "royal_mail",
        "DE": "dhl_paket",
        "BE": "bpost",
        "NL": "postnl",
        "ES": "correos",
        "IT": "poste_italiane",
        "CH": "swiss_post",
        "AT": "austrian_post",
        "US": "usps",
        "PT": "ctt",
        "SE": "postnord",
        "DK": "postnord",
        "NO": "posten",
        "PL": "poczta_polska",
    }
)


@dataclass(frozen=True)
class Carrier:
    """`track` is its public page for one number, with {number} in it; "" where we know none."""

    key: str
    name: str
    track: str = ""

    def link(self, number: str) -> str:
        """Where a customer follows his parcel; "" without a page."""
        return self.track.format(number=quote(number, safe="")) if self.track and number else ""


CARRIERS: Mapping[str, Carrier] = MappingProxyType(
    {
        one.key: one
        for one in (
            Carrier(
                "colissimo", "Colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
            ),
            Carrier("la_poste", "La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"),
            Carrier(
                "chronopost",
                "Chronopost",
                "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
            ),
            Carrier("mondial_relay", "Mondial Relay"),
            Carrier("dpd", "DPD", "https://tracking.dpd.de/status/fr_FR/parcel/{number}"),
            Carrier("gls", "GLS", "https://gls-group.com/track/{number}"),
            Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={number}"),
            Carrier("fedex", "FedEx", "https://www.fedex.com/fedextrack/?trknbr={number}"),
            Carrier(
                "dhl_express",
                "DHL Express",
                "https://www.dhl.com/fr-fr/home/tracking.html?tracking-id={number}",
            ),
            Carrier(
                "dhl_paket",
                "DHL Paket",
                "https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode={number}",
            ),
            Carrier(
                "royal_mail",
                "Royal Mail",
                "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
            ),
            Carrier("usps", "USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"),
            Carrier("bpost", "bpost", "https://track.bpost.cloud/btr/web/#/search?itemCode={number}"),
            Carrier("postnl", "PostNL"),
            Carrier(
                "correos",
                "Correos",
                "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={number}",
            ),
            Carrier("poste_italiane", "Poste Italiane"),
            Carrier(
                "swiss_post", "La Poste Suisse", "https://service.post.ch/ekp-web/ui/entry/search/{number}"
            ),
            Carrier("austrian_post", "Österreichische Post"),
            Carrier("ctt", "CTT"),
            Carrier("postnord", "PostNord"),
            Carrier("posten", "Posten"),
            Carrier("poczta_polska", "Poczta Polska"),
            Carrier("other", "–"),
        )
    }
)


def normalised(number: str) -> str:
    """The number without the blanks and dashes that people put into it."""
    return SEPARATORS.sub("", number).upper()


def s10_is_valid(number: str) -> bool:
    """The check digit of UPU S10: weights 8 6 4 2 3 5 9 7, modulo 11."""
    found = S10.fullmatch(number)
    if not found:
        return False
    rest = (
        11 - sum(int(digit) * weight for digit, weight in zip(found.group(2), S10_WEIGHTS, strict=True)) % 11
    )
    return {10: 0, 11: 5}.get(rest, rest) == int(found.group(3))


def ups_is_valid(number: str) -> bool:
    """1Z and sixteen signs; letters count as their place in the alphabet, every second sign twice, modulo 10."""
    if not re.fullmatch(r"1Z[0-9A-Z]{15}\d", number):
        return False
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in number[2:-1]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return -total % 10 == int(number[-1])


def mod_10_of_usps(number: str) -> bool:
    """Twenty or twenty-two digits beginning with 9: from the right, every other digit three times, modulo 10."""
    if not re.fullmatch(r"9[1-5]\d{18}(?:\d{2})?", number):
        return False
    digits = [int(sign) for sign in reversed(number[:-1])]
    return -sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)) % 10 == int(
        number[-1]
    )


def fedex_is_valid(number: str) -> bool:
    """Twelve digits: weights 1 3 7 from the right of the first eleven, modulo 11, then modulo 10."""
    if not re.fullmatch(r"\d{12}", number):
        return False
    weights = (3, 1, 7)
    total = sum(int(digit) * weights[place % 3] for place, digit in enumerate(number[:-1]))
    return total % 11 % 10 == int(number[-1])


def dhl_express_is_valid(number: str) -> bool:
    """Ten digits of which the last is the rest of the first nine by 7."""
    return bool(re.fullmatch(r"\d{10}", number)) and int(number[:9]) % 7 == int(number[9])


def shaped(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda number: compiled.fullmatch(number) is not None


# Exact shapes with check digits first, mere shapes last.
TESTS: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("ups", ups_is_valid),
    ("usps", mod_10_of_usps),
    ("colissimo", shaped(r"(?:6[A-Z]|8[A-Z]|[5-9][A-Z0-9])\d{11}")),
    ("chronopost", shaped(r"(?:X[A-Z]|E[A-Z]|P[A-Z]|F[A-Z])\d{9}(?:FR|TS|JB|JF|MA)")),
    ("dhl_paket", shaped(r"(?:00340434|JJD|JVGL)\d{8,18}|JJD[0-9A-Z]{10,20}")),
    ("dhl_express", dhl_express_is_valid),
    ("fedex", fedex_is_valid),
    ("dpd", shaped(r"0\d{13}[0-9A-Z]?|(?:05|09|15)\d{12}")),
    ("gls", shaped(r"[0-9A-Z]{8}|\d{11}")),
    ("mondial_relay", shaped(r"\d{8}")),
)


def recognise(number: str) -> tuple[str, ...]:
    """The carriers whose numbers look like this one, the likeliest first; none where nobody's do."""
    plain = normalised(number)
    found = [key for key, fits in TESTS if fits(plain)]
    if s10_is_valid(plain) and "chronopost" not in found:
        found.insert(0, POSTS.get(plain[-2:], "other"))
    return tuple(dict.fromkeys(found))


def carrier_of(number: str, named: str = "") -> str:
    """The key of the carrier: the one that was named, else the likeliest for the number, else "other"."""
    if named in CARRIERS:
        return named
    wanted = named.strip().casefold()
    by_name = next((key for key, one in CARRIERS.items() if wanted and one.name.casefold() == wanted), None)
    return by_name or next(iter(recognise(number)), "other")
