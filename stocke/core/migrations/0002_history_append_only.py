"""The database itself refuses to change or delete the record."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION stocke_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON core_historyentry
    FOR EACH ROW EXECUTE FUNCTION stocke_append_only();
"""
BACKWARD = """
DROP TRIGGER history_append_only ON core_historyentry;
DROP FUNCTION stocke_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
