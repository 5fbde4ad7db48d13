"""Words that a person has explained are understood in the next file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0009_run_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LearnedWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=120, verbose_name="word")),
                ("key", models.CharField(max_length=120)),
                ("meaning", models.CharField(max_length=16, verbose_name="meaning")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="since")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learned_words",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "learned word",
                "verbose_name_plural": "learned words",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supplier", "key"), name="learned_word_unique", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
