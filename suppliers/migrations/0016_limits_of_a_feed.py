"""The limits of the guards are one document per feed: only what differs from the defaults is kept."""

from django.db import migrations, models

KEEP = """
UPDATE suppliers_feed SET limits =
    CASE WHEN max_lost_share <> 0.5
         THEN jsonb_build_object('lost', jsonb_build_array(least(0.05, max_lost_share)::text, max_lost_share::text))
         ELSE '{}' END
    || CASE WHEN max_zeroed_share <> 0.25
            THEN jsonb_build_object('zeroed', jsonb_build_array(NULL, max_zeroed_share::text)) ELSE '{}' END
"""


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0015_supplier_calendar")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="limits",
            field=models.JSONField(
                blank=True, db_default={}, default=dict, verbose_name="limits of the guards"
            ),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="feed", name="max_lost_share"),
        migrations.RemoveField(model_name="feed", name="max_zeroed_share"),
    ]
