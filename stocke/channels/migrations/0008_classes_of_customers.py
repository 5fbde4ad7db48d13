import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0007_alerts_in_what_is_shown"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said", models.CharField(max_length=80, verbose_name="what the shop says")),
                ("customer_class", models.CharField(max_length=40, verbose_name="our class")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="class_rules",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("channel"),
                        django.db.models.functions.text.Lower("said"),
                        name="one_class_for_what_a_shop_says",
                    )
                ],
            },
        ),
    ]
