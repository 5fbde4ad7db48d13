import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0038_cases_of_a_cause"),
        ("products", "0013_learned_buffer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecidedUnits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("left", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="causedecision",
            name="cause_decision_running",
        ),
        migrations.AddField(
            model_name="causedecision",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decidedcase",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="causedecision",
            name="status",
            field=models.CharField(
                choices=[
                    ("running", "Running"),
                    ("done", "Done"),
                    ("undoing", "Being taken back"),
                    ("undone", "Undone"),
                ],
                default="running",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="decidedcase",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("done", "Done"),
                    ("skipped", "Left out"),
                    ("failed", "Failed"),
                    ("late", "Too late to take back"),
                    ("undone", "Undone"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="causedecision",
            index=models.Index(
                condition=models.Q(("status__in", ["running", "undoing"])),
                fields=["id"],
                name="cause_decision_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="decidedcase",
            index=models.Index(fields=["decision", "status", "attempts", "id"], name="decided_case_progress"),
        ),
        migrations.AddField(
            model_name="decidedunits",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="units", to="orders.causedecision"
            ),
        ),
        migrations.AddField(
            model_name="decidedunits",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="products.product"
            ),
        ),
        migrations.AddConstraint(
            model_name="decidedunits",
            constraint=models.UniqueConstraint(
                fields=("decision", "product"), name="units_once_per_decision"
            ),
        ),
    ]
