from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="voucher",
            name="returnable_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="voucher",
            name="returned_at",
            field=models.DateTimeField(null=True),
        ),
    ]
