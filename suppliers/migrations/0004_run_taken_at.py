"""The moment of a statement decides which reservations it already contains; a held import may be overtaken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0003_observation_partitions")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="taken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="run",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("held", "Held"),
                    ("applied", "Applied"),
                    ("rejected", "Rejected"),
                    ("superseded", "Superseded"),
                    ("unchanged", "Unchanged"),
                    ("failed", "Failed"),
                ],
                default="queued",
                max_length=10,
                verbose_name="status",
            ),
        ),
    ]
