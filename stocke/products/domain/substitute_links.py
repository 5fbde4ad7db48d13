"""Which product may stand in for which, as people decided."""

from collections.abc import Sequence

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.ranking import moved
from stocke.products.models import Product, SubstituteLink


class NotASubstitute(Exception):
    """A product cannot stand in for itself, nor twice for the same one. Nothing was changed."""


@transaction.atomic
def link_substitute(product: Product, *, substitute: Product, by: Actor, note: str = "") -> SubstituteLink:
    """Offer `substitute` after those linked before. Raises NotASubstitute."""
    links = _locked(product)
    if substitute.pk == product.pk or substitute.pk in {link.substitute_id for link in links}:
        raise NotASubstitute(substitute.sku)
    link = SubstituteLink(product=product, substitute=substitute, rank=len(links) + 1, note=note)
    link.save()
    record(product, "substitute.linked", by=by, substitute=substitute.pk, name=substitute.name, note=note)
    return link


@transaction.atomic
def unlink_substitute(link: SubstituteLink, *, by: Actor) -> None:
    """Take the substitute off the list. The cases where it was proposed keep it."""
    links = _locked(link.product)
    gone = link.substitute
    SubstituteLink.objects.filter(pk=link.pk).delete()
    _number([other for other in links if other.pk != link.pk])
    record(link.product, "substitute.unlinked", by=by, substitute=gone.pk, name=gone.name, note=link.note)


@transaction.atomic
def move_substitute(link: SubstituteLink, *, to_rank: int, by: Actor) -> None:
    """Offer it earlier or later. Ranks beyond the ends mean the ends."""
    links = _locked(link.product)
    before = [other.pk for other in links]
    after = moved(before, link.pk, to_rank)
    if after == before:
        return
    by_pk = {other.pk: other for other in links}
    _number([by_pk[pk] for pk in after])
    record(
        link.product,
        "substitute.moved",
        by=by,
        before={"rank": before.index(link.pk) + 1},
        after={"rank": after.index(link.pk) + 1},
        substitute=link.substitute_id,
        name=link.substitute.name,
    )


def _locked(product: Product) -> list[SubstituteLink]:
    """The links in their order. The product's row stands for the whole list, empty or not."""
    Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
    return list(SubstituteLink.objects.filter(product=product).order_by("rank", "pk"))


def _number(links: Sequence[SubstituteLink]) -> None:
    for rank, link in enumerate(links, start=1):
        link.rank = rank
    SubstituteLink.objects.bulk_update(links, ["rank"])
