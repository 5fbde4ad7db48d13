from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0034_cases_by_deadline"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="promised_before",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
