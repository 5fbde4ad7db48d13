"""The judge of the BigCommerce that we play: its published descriptions, which lie beside the checkout or nowhere."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.openapi import Description

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / "bigcommerce"
FILES = (
    ("v2/store", "store_information.v2.yml.gz"),
    ("v2/orders", "orders.v2.oas2.yml.gz"),
    ("v3/orders", "orders.v3.yml.gz"),
    ("v3/inventory/locations", "locations.v3.yml.gz"),
    ("v3/inventory", "inventory.v3.yml.gz"),
    ("v3/catalog/products", "products_catalog.v3.yml.gz"),
    ("v3/catalog/variants", "product-variants_catalog.v3.yml.gz"),
    ("v3/hooks", "webhooks.v3.yml.gz"),
)
# Their descriptions do not lie beside the checkout: played after the published pages.
UNJUDGED = ("v2/customer_groups", "v3/customers")
# Described in words beside the list of its values: "add `:asc` or `:desc` to the end".
DIRECTIONS = (":asc", ":desc")
# What is described nowhere, or as something else, and is answered so all the same: guesses.
GUESSED = {
    ("GET", 204): "an empty list of v2 has no body",
    ("GET", 404): "what is not there",
}
# It describes a list of hooks as never empty; a store that has none answers an empty one.
NO_HOOKS = "answer: data.data must contain at least 1 items"

# What is refunded is "one of": an order as a whole fits two of them.
OVERLAPPING = frozenset({"ItemsRefund"})

CAN_JUDGE = FOLDER.is_dir() and find_spec("fastjsonschema") is not None


def described_by(inner: str) -> "tuple[Description, str] | None":
    """Who judges a call to this address, and what he calls it. None: nothing of ours is there, or nobody can judge."""
    from tests.fakes.openapi import description

    _version, _slash, path = inner.partition("/")
    file = next((file for start, file in FILES if inner.startswith(start)), None)
    return (description(FOLDER / file, OVERLAPPING), f"/{path}") if file else None


def wrong_call(
    method: str, inner: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> list[str]:
    """What the descriptions do not allow of a call, in words."""
    if not CAN_JUDGE or inner.startswith(UNJUDGED):
        return []
    found = described_by(inner)
    if found is None:
        return [f"{method} {inner} is described nowhere"]
    judge, path = found
    bare = {name: undirected(said) if name == "sort" else said for name, said in query.items()}
    return judge.wrong_call(method, path, bare, headers, body)


def wrong_answer(method: str, inner: str, status: int, told: Any) -> list[str]:
    if not CAN_JUDGE or (method, status) in GUESSED or inner.startswith(UNJUDGED):
        return []
    found = described_by(inner)
    wrong = (
        found[0].wrong_answer(method, found[1], status, told) if found else [f"{inner} is described nowhere"]
    )
    return [one for one in wrong if one != NO_HOOKS]


def undirected(sort: str) -> str:
    return next((sort.removesuffix(one) for one in DIRECTIONS if sort.endswith(one)), sort)
