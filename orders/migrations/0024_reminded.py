from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0023_common_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="stockoutcase",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
    ]
