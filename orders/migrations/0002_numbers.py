"""Numbers that people read aloud, given out by sequences so that two workers never give the same one."""

from django.db import migrations

NAMES = ("order_number", "case_number", "purchase_number")


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "; ".join(f"CREATE SEQUENCE {name} START 10001" for name in NAMES),
            "; ".join(f"DROP SEQUENCE {name}" for name in NAMES),
        )
    ]
