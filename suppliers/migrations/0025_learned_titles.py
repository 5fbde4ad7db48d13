"""The titles of columns are learned, as words in cells are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0024_one_stock_link")]

    operations = [
        migrations.AddField(
            "learnedword",
            "stands",
            models.CharField(
                choices=[("cell", "in a cell about the stock"), ("title", "as the title of a column")],
                default="cell",
                max_length=8,
                verbose_name="stands",
            ),
        ),
        migrations.RemoveConstraint("learnedword", "learned_word_unique"),
        migrations.AddConstraint(
            "learnedword",
            models.UniqueConstraint(
                fields=("supplier", "stands", "key"), name="learned_word_unique", nulls_distinct=False
            ),
        ),
        migrations.AddField("trial", "titles", models.JSONField(default=dict)),
    ]
