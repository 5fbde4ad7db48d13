"""Whose law counts: the customer's country of residence, where the shop sells towards it (Rome I, art. 6)."""

UNITED_KINGDOM, UNITED_STATES, GERMANY = "GB", "US", "DE"
UNION = "EU"
MEMBERS = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES"),
        *("FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"),
        *("LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
# Countries with rules of their own; the others of the Union share its rules.
OWN_RULES = frozenset({"FR", GERMANY, UNITED_KINGDOM, UNITED_STATES})


def is_in_union(country: str) -> bool:
    return country in MEMBERS


def places_of(country: str) -> tuple[str, ...]:
    """Whose rules speak for a customer of this country, the nearest first; none where we know none."""
    own = (country,) if country in OWN_RULES else ()
    return (*own, UNION) if is_in_union(country) and country != "FR" else own
