"""A file of goods, ranked for one of them that is missing: the same judgement as in a case, without a database."""

from orders.domain.catalogue.goods import Good, read_goods
from orders.domain.catalogue.standing_in import Ranked, UnknownGood, stand_ins

__all__ = ["Good", "Ranked", "UnknownGood", "read_goods", "stand_ins"]
