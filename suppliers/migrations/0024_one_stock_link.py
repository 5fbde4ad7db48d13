"""The page of a supplier without a system is behind a stock link of orders, which keeps promises in step."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0023_pushes")]

    operations = [
        migrations.RemoveField(model_name="supplier", name="portal_open"),
        migrations.RemoveField(model_name="supplier", name="portal_version"),
    ]
