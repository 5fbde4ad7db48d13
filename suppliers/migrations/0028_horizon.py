"""How far back statements are on record one by one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0027_lines_of_undone_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("before", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_horizon")],
            },
        ),
    ]
