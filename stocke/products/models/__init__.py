"""What we sell, and how much of it we can honestly promise."""

from stocke.products.models.level import DirtyLevel, Level, Light, Publication
from stocke.products.models.policy import LevelPolicy
from stocke.products.models.product import Category, Fulfilment, Product, SubstituteLink

__all__ = [
    "Category",
    "DirtyLevel",
    "Fulfilment",
    "Level",
    "LevelPolicy",
    "Light",
    "Product",
    "Publication",
    "SubstituteLink",
]
