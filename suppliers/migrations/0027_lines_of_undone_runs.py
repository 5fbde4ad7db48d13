"""What withheld lines were before an import that settled them was undone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0026_looking_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="withheldline",
            name="was",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddIndex(
            model_name="withheldline",
            index=models.Index(
                condition=models.Q(("settled_by__isnull", False)),
                fields=["settled_by"],
                name="withheld_settled_by",
            ),
        ),
    ]
