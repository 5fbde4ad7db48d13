from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_find_orders"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="refund",
            name="refund_due",
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["-status", "due_on", "id"], name="refund_due_first"),
        ),
    ]
