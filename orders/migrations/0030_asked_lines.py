from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

STATUSES = [
    ("new", "New"),
    ("safe", "Safe"),
    ("doubtful", "To verify"),
    ("asked", "Supplier asked first"),
    ("short", "Out of stock"),
    ("confirmed", "Confirmed"),
    ("ordered", "Ordered from the supplier"),
    ("accepted", "Accepted by the supplier"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("waiting", "Waiting for stock"),
    ("refunded", "Refunded"),
    ("vouchered", "Settled by voucher"),
    ("cancelled", "Cancelled"),
]
OPEN = ["new", "safe", "doubtful", "asked", "short", "confirmed", "ordered", "accepted", "waiting"]


class Migration(migrations.Migration):
    # The index is made and dropped while orders come in.
    atomic = False
    dependencies = [
        ("orders", "0029_questions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="orderline",
            name="status",
            field=models.CharField(choices=STATUSES, default="new", max_length=10, verbose_name="status"),
        ),
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("status__in", OPEN)), fields=["promised_on"], name="line_promised_owed"
            ),
        ),
        RemoveIndexConcurrently(model_name="orderline", name="line_promised_open"),
    ]
