"""Two questions about a moment of the past: the last good file of a feed, and what was withheld of an offer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0025_learned_titles"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["feed", "finished_at"], name="run_feed_finished"),
        ),
        migrations.AddIndex(
            model_name="withheldline",
            index=models.Index(
                condition=models.Q(("offer_id__isnull", False)), fields=["offer_id"], name="withheld_offer"
            ),
        ),
    ]
