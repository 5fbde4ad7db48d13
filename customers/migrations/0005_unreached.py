"""Whom no mail of ours reached is counted and listed by product."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while people ask to be told.
    atomic = False
    dependencies = [("customers", "0004_waves_in_parts")]

    operations = [
        migrations.AlterField(
            model_name="wish",
            name="ended_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "–"),
                    ("unsubscribed", "unsubscribed"),
                    ("expired", "expired"),
                    ("bounced", "the address returned our mail"),
                    ("failed", "our mail could not be sent"),
                ],
                default="",
                max_length=12,
                verbose_name="why it ended",
            ),
        ),
        AddIndexConcurrently(
            model_name="wish",
            index=models.Index(
                condition=models.Q(("ended_why__in", ["bounced", "failed"])),
                fields=["product", "-id"],
                name="wish_unreached",
            ),
        ),
    ]
