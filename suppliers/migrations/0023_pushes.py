"""What programs of suppliers send is a row before it is an import; an import may name only some SKUs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_credential"),
        ("suppliers", "0022_supplier_portal"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="partial",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="PushKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_keys",
                        to="suppliers.feed",
                    ),
                ),
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.apitoken"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=120)),
                ("digest", models.CharField(max_length=64)),
                ("complete", models.BooleanField(default=False)),
                ("rows", models.PositiveIntegerField()),
                ("file", models.CharField(max_length=200)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("open", models.BooleanField(default=True)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pushes",
                        to="suppliers.feed",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="pushes",
                        to="suppliers.run",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.apitoken",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("open", True)), fields=["feed", "id"], name="push_open"),
                    models.Index(fields=["received_at"], name="push_received"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("feed", "key"),
                        name="push_once_per_key",
                    )
                ],
            },
        ),
    ]
