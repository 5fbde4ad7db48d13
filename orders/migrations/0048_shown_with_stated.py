"""How products stand for one channel together with what is stated of them: one function takes the place of two.

It is `channels_shown` with the two laterals of `orders_stated`. Joining both functions cost a shopper half as much
again as carrying them out. Whoever changes what one of the two says changes it here, too.
"""

from importlib import import_module

from django.db import migrations

SHOWN = import_module("stocke.channels.migrations.0007_alerts_in_what_is_shown")
STATED = import_module("orders.migrations.0047_stated_of_products").STATED
LATERALS = STATED[STATED.index("LEFT JOIN LATERAL (") : STATED.index(";\nEND\n$$")].replace(
    "asked.id", "goods.id"
)
STATES = "COALESCE(answered.back_on, offered.back_on), offered.leads"
CHANGED = (
    ("channels_shown(window_key", "orders_shown(window_key"),
    ("gtins boolean[])", "gtins boolean[],\n    today date, answered_since timestamptz, zone text)"),
    ("offers_wishes boolean\n", "offers_wishes boolean, back_on date, leads text\n"),
    (
        "COALESCE(win.offers_wishes, shop.id IS NOT NULL)\n",
        f"COALESCE(win.offers_wishes, shop.id IS NOT NULL), {STATES}\n",
    ),
    ("ORDER BY asked.place;", f"{LATERALS}\nORDER BY asked.place;"),
)


def together() -> str:
    text: str = SHOWN.SHOWN
    for before, after in CHANGED:
        if text.count(before) != 1:
            raise ValueError(before)
        text = text.replace(before, after)
    return text


GONE = "DROP FUNCTION orders_shown(text, text, text[], boolean[], date, timestamptz, text);"


class Migration(migrations.Migration):
    dependencies = [("orders", "0047_stated_of_products"), ("channels", "0008_classes_of_customers")]
    operations = [migrations.RunSQL([SHOWN.GONE, together()], [GONE, SHOWN.SHOWN])]
