"""An import may be undone, by a run that says which one it undoes; at most one undo of a run counts at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0011_former_facts_of_offers")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="undoes",
            field=models.ForeignKey(
                null=True, on_delete=models.CASCADE, related_name="undone_by", to="suppliers.run"
            ),
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
                    ("proposed", "To confirm"),
                    ("undone", "Undone"),
                ],
                default="queued",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(status__in=["queued", "running", "proposed", "applied"]),
                fields=["undoes"],
                name="run_undone_once",
            ),
        ),
        migrations.AddField(
            model_name="observation", name="word_of", field=models.BigIntegerField(null=True)
        ),
    ]
