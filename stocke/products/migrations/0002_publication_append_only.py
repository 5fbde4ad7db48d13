"""A publication is never rewritten: what we told a channel stays on the record."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial"), ("core", "0002_history_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER publication_append_only BEFORE UPDATE ON products_publication
                FOR EACH ROW EXECUTE FUNCTION stocke_append_only();
            """,
            "DROP TRIGGER publication_append_only ON products_publication;",
        )
    ]
