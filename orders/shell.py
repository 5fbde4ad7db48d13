"""What the orders context adds to the shell; found by itself (see stocke.core.web)."""

from orders import (
    shell_ads,
    shell_answers,
    shell_cases,
    shell_files,
    shell_orders,
    shell_questions,
    shell_received,
    shell_returns,
    shell_sourcing,
    shell_transmissions,
)
from orders.views.erasing import erasing_panel
from orders.views.promises_then import promises_panel
from orders.views.stock_links import stock_link_panel
from stocke.core.web.panels import register_panel

register_panel("customer", erasing_panel)
register_panel("supplier", stock_link_panel)
register_panel("product_then", promises_panel)

__all__ = [
    "shell_ads",
    "shell_answers",
    "shell_cases",
    "shell_files",
    "shell_orders",
    "shell_questions",
    "shell_received",
    "shell_returns",
    "shell_sourcing",
    "shell_transmissions",
]
