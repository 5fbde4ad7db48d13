from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_wishes")]

    operations = [
        migrations.AddField(
            model_name="restock",
            name="units_left",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        )
    ]
