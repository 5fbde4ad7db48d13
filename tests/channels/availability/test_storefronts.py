"""What public pages know of a product in each shop: by the shop's own rules, and the same by set as for one."""

import pytest

from stocke.channels.models import CategoryRules
from stocke.core.storefronts import on_offer, silent_storefronts
from tests.channels.availability.conftest import stocked
from tests.factories.channels import ChannelFactory, ListingFactory, ShopOrderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("light", ["low", "unknown"])
def test_shops_that_show_none_of_a_product_or_are_closed_are_silent(light: str) -> None:
    product = stocked("MUG-1", 4, light)
    shops = {name: ChannelFactory(slug=name) for name in ("listing", "category", "alias", "plain")}
    shops["share"] = ChannelFactory(slug="share", share_percent=20)
    shops["cap"] = ChannelFactory(slug="cap", cap=1, buffer=3)
    ListingFactory(shops["listing"], 4, product=product, light=light, buffer=4)
    ListingFactory(shops["alias"], 4, product=product, light=light, sku="THEIRS", share_percent=50)
    CategoryRules.objects.create(channel=shops["category"], category_id=product.category_id or 0, cap=0)
    ChannelFactory(slug="off", active=False)

    def silent() -> set[str]:
        offered = {name: on_offer(name, "THEIRS" if name == "alias" else "MUG-1") for name in shops}
        none = {name for name, one in offered.items() if one is None or not one.units}
        found = silent_storefronts(product.pk)
        assert sorted(found) == sorted([*none, "off"])
        return none

    assert silent() == ({"listing", "category", "share"} if light == "low" else set(shops))
    ShopOrderFactory(shops["plain"], units={"MUG-1": 3})
    assert silent() == ({"listing", "category", "share", "alias", "cap"} if light == "low" else set(shops))
