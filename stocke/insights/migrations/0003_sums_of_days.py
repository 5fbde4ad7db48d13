"""What ads have cost in a day, so that the page does not add up a month of products at each look."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
INSERT INTO insights_adday (feed_id, day, currency, clicks, cost_cents, wasted_cents)
SELECT feed_id, day, currency, sum(clicks), sum(cost_cents), sum(wasted_cents)
FROM insights_adspend GROUP BY feed_id, day, currency
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adfeeds", "0001_ad_feeds"),
        ("insights", "0002_costs_of_any_size"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("clicks", models.PositiveBigIntegerField()),
                ("cost_cents", models.PositiveBigIntegerField()),
                ("wasted_cents", models.PositiveBigIntegerField()),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="adfeeds.adfeed"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "feed", "currency"), name="ad_day_once"),
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
