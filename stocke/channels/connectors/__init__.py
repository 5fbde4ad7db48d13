"""How each kind of shop is spoken with. A connector is one folder and knows no database; `shape` says what it gives."""

from collections.abc import Mapping
from types import MappingProxyType

from stocke.channels.connectors.bigcommerce import BIGCOMMERCE
from stocke.channels.connectors.generic import GENERIC
from stocke.channels.connectors.shape import Connector
from stocke.channels.connectors.shopify import SHOPIFY
from stocke.channels.connectors.woocommerce import WOOCOMMERCE

CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {"woocommerce": WOOCOMMERCE, "shopify": SHOPIFY, "bigcommerce": BIGCOMMERCE, "generic": GENERIC}
)

__all__ = ["CONNECTORS", "Connector"]
