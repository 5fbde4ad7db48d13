"""Returns have a label: a file in the storage, or the page where it is printed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0035_questions_after_a_refusal")]

    operations = [
        migrations.AddField("return", "label_path", models.CharField(blank=True, max_length=200)),
        migrations.AddField("return", "label_type", models.CharField(blank=True, max_length=20)),
        migrations.AddField(
            "return",
            "label_link",
            models.URLField(blank=True, max_length=500, verbose_name="label to print"),
        ),
    ]
