"""SKUs that are missing from file after file may become zero, after as many files as the feed says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0019_silence")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="absent_files",
            field=models.PositiveSmallIntegerField(
                db_default=3, default=3, verbose_name="files without a SKU until it is zero"
            ),
        ),
        migrations.AlterField(
            model_name="feed",
            name="absent_policy",
            field=models.CharField(
                choices=[
                    ("keep", "keep the last statement"),
                    ("unknown", "becomes unknown"),
                    ("zero", "becomes unknown, and zero after several files without it"),
                ],
                default="unknown",
                max_length=10,
                verbose_name="a SKU missing from the file",
            ),
        ),
        migrations.CreateModel(
            name="AbsentOffer",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="suppliers.offer",
                    ),
                ),
                ("files", models.PositiveSmallIntegerField(default=1)),
                ("as_of", models.DateTimeField(null=True)),
                (
                    "feed",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="suppliers.feed"),
                ),
            ],
            options={"indexes": [models.Index(fields=["feed", "files"], name="absent_by_feed")]},
        ),
    ]
