"""The page of a run reads its observations in order, fifty at a time, however many millions there are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0005_index_unmatched_offers")]

    operations = [
        migrations.RunSQL(
            """
            DROP INDEX suppliers_observation_run;
            CREATE INDEX suppliers_observation_run ON suppliers_observation (run_id, id) WHERE run_id IS NOT NULL;
            """,
            """
            DROP INDEX suppliers_observation_run;
            CREATE INDEX suppliers_observation_run ON suppliers_observation (run_id) WHERE run_id IS NOT NULL;
            """,
        )
    ]
