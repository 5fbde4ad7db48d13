from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_desk_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stockoutcase",
            index=models.Index(
                condition=models.Q(("status__in", ["settled", "cancelled"])),
                fields=["status", "-closed_at", "-id"],
                name="case_closed_newest",
            ),
        ),
    ]
