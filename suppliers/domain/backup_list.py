"""The backup list of a product: which supplier is asked first, which next, which not at all."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.ranking import moved
from stocke.products.models import Product
from suppliers.domain.levels import refresh
from suppliers.domain.reserving import lock_offers
from suppliers.models import Offer


class NotInTheList(Exception):
    """The offer belongs to no product, or to another one. Nothing was changed."""


class AlreadyAttached(Exception):
    """The offer belongs to a product already. Nothing was changed."""


class StillPromised(Exception):
    """Units of this offer are promised to customers as this product. Nothing was changed."""


def move_offer(offer: Offer, *, to_rank: int, by: Actor) -> bool:
    """Ask this supplier earlier or later; False if it stood there already. Raises NotInTheList."""
    with transaction.atomic():
        product = _product_of(offer)
        before = _locked_list(product)
        if offer.pk not in before:
            raise NotInTheList(offer.pk)
        return _reorder(product, before, moved(before, offer.pk, to_rank), by=by)


def reorder_offers(product: Product, *, order: Sequence[int], by: Actor) -> bool:
    """Put the whole list into this order; False if it was so already.

    Raises NotInTheList unless `order` names every offer of the product once: somebody may have added one.
    """
    with transaction.atomic():
        before = _locked_list(product)
        if sorted(before) != sorted(order):
            raise NotInTheList(product.pk)
        return _reorder(product, before, list(order), by=by)


def _reorder(product: Product, before: list[int], after: list[int], *, by: Actor) -> bool:
    if after == before:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE suppliers_offer offer SET rank = listed.rank
            FROM unnest(%s::bigint[]) WITH ORDINALITY AS listed (id, rank) WHERE offer.id = listed.id
            """,
            [after],
        )
    names = dict(Offer.objects.filter(product=product).values_list("pk", "supplier__name"))
    record(
        product,
        "backup_list.reordered",
        by=by,
        before={"order": ", ".join(names[pk] for pk in before)},
        after={"order": ", ".join(names[pk] for pk in after)},
        offers_before=before,
    )
    refresh([product.pk], cause="backup_list")
    return True


@transaction.atomic
def switch_offer(offer: Offer, *, active: bool, by: Actor) -> bool:
    """Count on this offer again, or no longer; False if it was so already. Promises already made from it stand."""
    if not Offer.objects.filter(pk=offer.pk, active=not active).update(active=active):
        return False
    kind = "offer.switched_on" if active else "offer.switched_off"
    if offer.product_id is not None:
        record(f"product:{offer.product_id}", kind, by=by, offer=offer.pk, supplier=offer.supplier.name)
        refresh([offer.product_id], cause="backup_list")
    return True


@transaction.atomic
def attach_offer(offer: Offer, *, product: Product, by: Actor) -> None:
    """Say that this offer is of this product; it joins the end of the backup list. Raises AlreadyAttached."""
    _locked_list(product)
    last = Offer.objects.filter(product=product).aggregate(last=Max("rank"))["last"] or 0
    attached = Offer.objects.filter(pk=offer.pk, product=None).update(
        product=product, rank=last + 1, matched_run_id=None
    )
    if not attached:
        raise AlreadyAttached(offer.pk)
    _record_match(product, offer, "offer.attached", by=by)
    refresh([product.pk], cause="match")


@transaction.atomic
def detach_offer(offer: Offer, *, by: Actor) -> None:
    """Say that this offer is not of its product after all.

    Raises StillPromised while units are promised from it: those customers must be served or told first.
    """
    product = _product_of(offer)
    # First, so that a reservation under way is seen, and a later one finds the offer gone.
    lock_offers({offer.pk})
    detached = Offer.objects.filter(pk=offer.pk, product=product, stock__reserved=0).update(
        product=None, matched_run_id=None
    )
    if not detached:
        raise StillPromised(offer.pk)
    _record_match(product, offer, "offer.detached", by=by)
    refresh([product.pk], cause="match")


def _record_match(product: Product, offer: Offer, kind: str, *, by: Actor) -> None:
    supplier = offer.supplier.name
    record(product, kind, by=by, offer=offer.pk, supplier=supplier, supplier_sku=offer.supplier_sku)


def _product_of(offer: Offer) -> Product:
    if offer.product is None:
        raise NotInTheList(offer.pk)
    return offer.product


def _locked_list(product: Product) -> list[int]:
    """The offers in their order. The product's row stands for the whole list, empty or not."""
    Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
    return list(Offer.objects.filter(product=product).order_by("rank", "pk").values_list("pk", flat=True))
