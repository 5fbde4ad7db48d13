"""Which product a listing is: by SKU, else by barcode. What is ambiguous waits for a person, and is told nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Upper

from stocke.channels.models import Channel, Keeping, Listing, MatchedBy
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.many_rows import update_many
from stocke.products.models import Product

BATCH = 1_000
# Problems that this module finds, and may find settled.
OURS = ("", "conflict", "parent_stock", "has_variations")


@dataclass(frozen=True)
class Match:
    """What a listing turned out to be. `problem` "conflict": its SKU and its barcode name different products."""

    product: int | None
    by: str
    problem: str = ""


def match_of(sku: str, gtin: str, by_sku: Mapping[str, int], by_gtin: Mapping[str, Sequence[int]]) -> Match:
    """Pure. `by_sku` is in upper case; a barcode of several products says nothing."""
    named = by_sku.get(sku.strip().upper()) if sku.strip() else None
    coded = by_gtin.get(bare(gtin), ()) if bare(gtin) else ()
    if named is not None:
        if coded and named not in coded:
            return Match(None, MatchedBy.NOBODY, "conflict")
        return Match(named, MatchedBy.SKU)
    if len(coded) == 1:
        return Match(coded[0], MatchedBy.GTIN)
    return Match(None, MatchedBy.NOBODY, "conflict" if coded else "")


def bare(gtin: str) -> str:
    """A barcode without the zeros by which its kinds differ."""
    return "".join(sign for sign in gtin if sign.isdecimal()).lstrip("0")


def stock_problem(keeping: str, facts: Mapping[str, object], *, own_stock: bool) -> str:
    """Why a number of its own would change more than this listing. Pure.

    A variation that shares its parent's stock has no number; a parent without one would begin to share it.
    """
    if own_stock:
        return ""
    if keeping == Keeping.PARENT:
        return "parent_stock"
    if keeping == Keeping.NONE and facts.get("has_variations"):
        return "has_variations"
    return ""


def match_listings(channel: Channel) -> int:
    """Find the products of listings that nobody has matched by hand; how many found theirs just now."""
    found, last = 0, 0
    while rows := batch_after(channel, last):
        found += match_batch(rows)
        last = rows[-1].pk
    return found


def batch_after(channel: Channel, last: int) -> list[Listing]:
    rows = Listing.objects.filter(channel=channel, pk__gt=last).exclude(matched_by=MatchedBy.PERSON)
    return list(rows.order_by("pk")[:BATCH])


@transaction.atomic
def match_batch(rows: Sequence[Listing]) -> int:
    by_sku = products_by_sku(row.sku for row in rows)
    by_gtin = products_by_gtin(row.gtin for row in rows)
    changed, found = [], 0
    for row in rows:
        match = match_of(row.sku, row.gtin, by_sku, by_gtin)
        problem = match.problem or stock_problem(row.keeping, row.facts, own_stock=row.own_stock)
        before = (row.product_id, row.matched_by, row.problem)
        is_new = match.product is not None and row.product_id is None
        if row.product_id is not None and match.product is None and not match.problem:
            # The SKU there was taken away: what it was matched to stands until somebody says otherwise.
            continue
        row.product_id, row.matched_by = match.product, match.by
        if row.problem in OURS:
            row.problem, row.problem_facts = problem, {}
        if (row.product_id, row.matched_by, row.problem) != before:
            changed.append(row)
        found += is_new
    update_many(changed, ["product", "matched_by", "problem", "problem_facts"])
    return found


def products_by_sku(skus: Iterable[str]) -> dict[str, int]:
    """By SKU in upper case; of products that differ only by case, the oldest."""
    wanted = {sku.strip().upper() for sku in skus if sku.strip() and "\x00" not in sku}
    rows = Product.objects.annotate(upper=Upper("sku")).filter(upper__in=wanted).order_by("-pk")
    return dict(rows.values_list("upper", "pk"))


def products_by_gtin(gtins: Iterable[str]) -> dict[str, list[int]]:
    wanted = {gtin for one in gtins if (code := bare(one)) for gtin in lengths(code)}
    found: dict[str, list[int]] = {}
    for gtin, pk in Product.objects.filter(gtin__in=wanted).order_by("pk").values_list("gtin", "pk"):
        found.setdefault(bare(gtin), []).append(pk)
    return found


def lengths(code: str) -> set[str]:
    """The ways in which the same barcode is written."""
    return {code, code.zfill(8), code.zfill(12), code.zfill(13), code.zfill(14)}


def duplicates(channel: Channel) -> dict[int, int]:
    """Products with several listings in this channel, and how many: each of them is told the same units."""
    rows = Listing.objects.filter(channel=channel, product__isnull=False, gone_at=None)
    counted = rows.values("product").annotate(times=Count("pk")).filter(times__gt=1)
    return dict(counted.values_list("product", "times"))


@transaction.atomic
def match_by_hand(listing: Listing, product: Product | None, *, by: Actor) -> None:
    """A person says which product a listing is, or that it is none of ours."""
    before = listing.product.sku if listing.product else ""
    listing.product, listing.matched_by = product, MatchedBy.PERSON
    listing.problem = stock_problem(listing.keeping, listing.facts, own_stock=listing.own_stock)
    listing.told = listing.told if product and product.sku == before else None
    listing.not_before = None
    listing.save(update_fields=["product", "matched_by", "problem", "told", "not_before"])
    record(
        listing.channel,
        "listing.matched",
        by=by,
        listing=str(listing),
        before={"product": before},
        after={"product": product.sku if product else ""},
    )


@transaction.atomic
def give_own_stock(channel: Channel, listing_ids: Iterable[int], *, by: Actor) -> int:
    """Have these listings carry a number of their own from now on; how many."""
    rows = Listing.objects.filter(channel=channel, pk__in=list(listing_ids), own_stock=False)
    rows = rows.filter(problem__in=["parent_stock", "has_variations"])
    changed = rows.update(own_stock=True, problem="", told=None, not_before=None)
    if changed:
        record(channel, "listing.own_stock", by=by, listings=changed)
    return changed
