import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Open cases only: the queue is about them, and closed ones may be many.
FILL = """
UPDATE orders_stockoutcase AS one SET
    value_cents = one.quantity * line.unit_price_cents,
    cause_supplier = left(coalesce(one.facts ->> 'supplier', ''), 200),
    cause_sku = line.ordered_sku,
    customer_orders = (SELECT count(*) FROM orders_order o WHERE o.customer_id = bought.customer_id)
FROM orders_orderline line JOIN orders_order bought ON bought.id = line.order_id
WHERE line.id = one.line_id AND one.status IN ('to_propose', 'with_customer', 'to_execute')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_sourcing_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="stockoutcase",
            name="assigned_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="stockoutcase",
            name="value_cents",
            field=models.PositiveBigIntegerField(default=0, verbose_name="value"),
        ),
        migrations.AddField(
            model_name="stockoutcase",
            name="customer_orders",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="stockoutcase",
            name="customer_cases",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="stockoutcase",
            name="cause_supplier",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="supplier"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stockoutcase",
            name="cause_sku",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="SKU"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="stockoutcase",
            index=models.Index(fields=["status", "-value_cents", "id"], name="case_desk_value"),
        ),
        migrations.AddIndex(
            model_name="stockoutcase",
            index=models.Index(
                fields=["status", "-customer_orders", "respond_by", "id"], name="case_desk_history"
            ),
        ),
        migrations.AddIndex(
            model_name="stockoutcase",
            index=models.Index(
                condition=models.Q(("status", "to_propose")),
                fields=["cause_sku", "cause_supplier", "cause"],
                name="case_one_cause",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
