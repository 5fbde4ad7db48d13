"""Observations: append-only, partitioned by month, with a default partition so that none is ever refused."""

from django.db import migrations, models

FORWARD = """
CREATE SEQUENCE suppliers_observation_id_seq;
CREATE TABLE suppliers_observation (
    id bigint NOT NULL DEFAULT nextval('suppliers_observation_id_seq'),
    at timestamptz NOT NULL DEFAULT now(),
    offer_id bigint NOT NULL,
    run_id bigint,
    source varchar(10) NOT NULL DEFAULT 'feed',
    raw varchar(120) NOT NULL DEFAULT '',
    kind varchar(8) NOT NULL,
    quantity integer,
    cost_cents integer,
    lead_days smallint,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE suppliers_observation_default PARTITION OF suppliers_observation DEFAULT;
CREATE INDEX suppliers_observation_at ON suppliers_observation USING brin (at);
CREATE INDEX suppliers_observation_offer ON suppliers_observation (offer_id, at DESC);
CREATE INDEX suppliers_observation_run ON suppliers_observation (run_id) WHERE run_id IS NOT NULL;
CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE ON suppliers_observation
    FOR EACH ROW EXECUTE FUNCTION stocke_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0002_narrow_offer_stock"),
        ("core", "0002_history_append_only"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Observation",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "at", "id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("offer_id", models.BigIntegerField()),
                        ("run_id", models.BigIntegerField(null=True)),
                        ("source", models.CharField(default="feed", max_length=10)),
                        ("raw", models.CharField(blank=True, max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("exact", "exact"),
                                    ("at_least", "at least"),
                                    ("flag", "in stock, no number"),
                                    ("unknown", "unknown"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("quantity", models.IntegerField(null=True)),
                        ("cost_cents", models.IntegerField(null=True)),
                        ("lead_days", models.SmallIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "suppliers_observation",
                        "verbose_name": "observation",
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    FORWARD,
                    "DROP TABLE suppliers_observation; DROP SEQUENCE suppliers_observation_id_seq;",
                )
            ],
        )
    ]
