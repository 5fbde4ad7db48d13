"""What shops' own pages may ask us."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ShopWindow",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="window",
                        serialize=False,
                        to="channels.channel",
                        verbose_name="channel",
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="public key")),
                (
                    "is_open",
                    models.BooleanField(default=True, verbose_name="answer the pages of this shop"),
                ),
                (
                    "origins",
                    ArrayField(
                        base_field=models.CharField(max_length=260),
                        blank=True,
                        default=list,
                        verbose_name="sites that may ask",
                    ),
                ),
                (
                    "shows_units",
                    models.BooleanField(default=False, verbose_name="tell how many units there are"),
                ),
                (
                    "most_units",
                    models.PositiveIntegerField(default=10, verbose_name="at most so many units"),
                ),
                (
                    "per_address",
                    models.PositiveIntegerField(
                        default=120, verbose_name="questions per minute from one address"
                    ),
                ),
                (
                    "per_key",
                    models.PositiveIntegerField(default=6000, verbose_name="questions per minute in all"),
                ),
            ],
            options={
                "verbose_name": "shop window",
                "verbose_name_plural": "shop windows",
                "constraints": [
                    models.CheckConstraint(condition=~Q(key=""), name="window_key_not_blank"),
                ],
            },
        ),
    ]
