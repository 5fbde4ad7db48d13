"""A case knows the currency of its order, so that what stockouts cost is added up from one index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 10_000
FILL = """
UPDATE orders_stockoutcase SET currency = placed.currency
FROM orders_orderline line JOIN orders_order placed ON placed.id = line.order_id
WHERE line.id = orders_stockoutcase.line_id AND placed.currency <> orders_stockoutcase.currency
  AND orders_stockoutcase.id > %s AND orders_stockoutcase.id <= %s
"""


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Batch by batch, each for itself: nobody waits long for the cases of one."""
    cases = apps.get_model("orders", "StockoutCase").objects
    last = cases.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        for start in range(0, last, BATCH):
            cursor.execute(FILL, [start, start + BATCH])


class Migration(migrations.Migration):
    # The index is made while cases are opened and settled.
    atomic = False
    dependencies = [("orders", "0031_basis_of_promises")]

    operations = [
        migrations.AddField(
            model_name="stockoutcase",
            name="currency",
            field=models.CharField(db_default="EUR", default="EUR", max_length=3),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="stockoutcase",
            index=models.Index(
                condition=models.Q(("status", "settled")),
                fields=["closed_at"],
                include=(
                    *("id", "cause", "cause_supplier", "currency"),
                    *("margin_lost_cents", "cost_cents", "worked_seconds"),
                ),
                name="case_settled_costs",
            ),
        ),
    ]
