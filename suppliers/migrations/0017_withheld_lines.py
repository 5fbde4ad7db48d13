"""What a safely applied run does not let count yet, line by line."""

from django.conf import settings
from django.db import migrations, models

CHANGES = [
    ("new", "new"),
    ("more", "more"),
    ("less", "less"),
    ("zeroed", "to zero"),
    ("gone", "gone from the file"),
    ("unreadable", "to unknown"),
]
STATES = [
    ("waiting", "withheld"),
    ("decided", "will count"),
    ("counted", "counts"),
    ("dropped", "dropped"),
    ("overtaken", "overtaken"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0016_limits_of_a_feed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WithheldLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("offer_id", models.BigIntegerField(null=True)),
                ("supplier_sku", models.CharField(max_length=120)),
                ("name", models.CharField(blank=True, max_length=250)),
                ("line", models.BigIntegerField(null=True)),
                ("change", models.CharField(choices=CHANGES, max_length=10)),
                ("kind_before", models.CharField(blank=True, max_length=8)),
                ("quantity_before", models.IntegerField(null=True)),
                ("kind_after", models.CharField(blank=True, max_length=8)),
                ("quantity_after", models.IntegerField(null=True)),
                ("raw", models.CharField(blank=True, max_length=120)),
                ("reserved", models.IntegerField(default=0)),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=10)),
                ("promisable", models.IntegerField(default=0)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("cost_cents", models.IntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("lead_days", models.SmallIntegerField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.BigIntegerField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="withheld", to="suppliers.run"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "state", "-reserved", "id"], name="withheld_list"),
                    models.Index(
                        fields=["run"],
                        name="withheld_unsettled",
                        condition=models.Q(state__in=["waiting", "decided"]),
                    ),
                ],
            },
        ),
    ]
