"""Dry runs are kept for some days: what a file would change, line by line, and what has no product."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0013_feed_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
                ("claimed_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("file", models.CharField(max_length=200)),
                ("file_name", models.CharField(max_length=200)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
                ("column_map", models.JSONField(default=dict)),
                ("matching", models.JSONField(default=dict)),
                ("words_for_one", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("stage", models.CharField(blank=True, max_length=10)),
                ("counts", models.JSONField(default=dict)),
                ("verdict", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="suppliers.feed",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="suppliers.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "dry run",
                "verbose_name_plural": "dry runs",
            },
        ),
        migrations.CreateModel(
            name="TrialLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("change", models.CharField(max_length=10)),
                ("offer_id", models.BigIntegerField(null=True)),
                ("product_id", models.BigIntegerField(null=True)),
                ("supplier_sku", models.CharField(max_length=120)),
                ("name", models.CharField(blank=True, max_length=250)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("line", models.BigIntegerField(null=True)),
                ("kind_before", models.CharField(blank=True, max_length=8)),
                ("quantity_before", models.IntegerField(null=True)),
                ("kind_after", models.CharField(blank=True, max_length=8)),
                ("quantity_after", models.IntegerField(null=True)),
                ("raw", models.CharField(blank=True, max_length=120)),
                ("reserved", models.IntegerField(default=0)),
                ("cost_cents", models.IntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="suppliers.trial",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                condition=models.Q(("status__in", ["queued", "running"])),
                fields=["heartbeat_at"],
                name="trial_open",
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["created_at"], name="trial_age"),
        ),
        migrations.AddIndex(
            model_name="trialline",
            index=models.Index(fields=["trial", "change", "-reserved", "id"], name="trial_change_list"),
        ),
        migrations.AddIndex(
            model_name="trialline",
            index=models.Index(
                condition=models.Q(("product_id", None)), fields=["trial", "id"], name="trial_unmatched"
            ),
        ),
    ]
