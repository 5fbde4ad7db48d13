"""Causes are counted beside each change of a case; the trigger and the first count come in one transaction."""

from django.db import migrations, models

CAUSES = [
    ("feed_late", "the stock figure was late"),
    ("sold_between", "sold between two updates"),
    ("supplier_refused", "refused by the supplier"),
    ("supplier_short", "delivered only in part"),
    ("no_answer", "no answer from the supplier"),
    ("discontinued", "discontinued"),
    ("oversold", "sold more than there is"),
]
COUNT = """
CREATE FUNCTION count_cause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'to_propose' AND OLD.cause_sku <> '' THEN
        INSERT INTO orders_causechange (sku, supplier, cause, cases)
        VALUES (OLD.cause_sku, OLD.cause_supplier, OLD.cause, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 'to_propose' AND NEW.cause_sku <> '' THEN
        INSERT INTO orders_causechange (sku, supplier, cause, cases)
        VALUES (NEW.cause_sku, NEW.cause_supplier, NEW.cause, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_new_cause AFTER INSERT ON orders_stockoutcase
FOR EACH ROW WHEN (NEW.status = 'to_propose') EXECUTE FUNCTION count_cause();
CREATE TRIGGER count_changed_cause AFTER UPDATE ON orders_stockoutcase
FOR EACH ROW WHEN (
    (OLD.status = 'to_propose' OR NEW.status = 'to_propose')
    AND (OLD.status, OLD.cause_sku, OLD.cause_supplier, OLD.cause)
        IS DISTINCT FROM (NEW.status, NEW.cause_sku, NEW.cause_supplier, NEW.cause)
) EXECUTE FUNCTION count_cause();
CREATE TRIGGER count_gone_cause AFTER DELETE ON orders_stockoutcase
FOR EACH ROW WHEN (OLD.status = 'to_propose') EXECUTE FUNCTION count_cause();
"""
FORGET = """
DROP TRIGGER count_new_cause ON orders_stockoutcase;
DROP TRIGGER count_changed_cause ON orders_stockoutcase;
DROP TRIGGER count_gone_cause ON orders_stockoutcase;
DROP FUNCTION count_cause();
"""
FILL = """
INSERT INTO orders_causetally (sku, supplier, cause, cases)
SELECT cause_sku, cause_supplier, cause, count(*) FROM orders_stockoutcase
WHERE status = 'to_propose' AND cause_sku <> '' GROUP BY 1, 2, 3
"""


def caused() -> list[tuple[str, models.Field]]:
    """The fields of both tables."""
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return [
        ("id", key),
        ("sku", models.CharField(max_length=80)),
        ("supplier", models.CharField(blank=True, max_length=200)),
        ("cause", models.CharField(choices=CAUSES, max_length=20)),
    ]


class Migration(migrations.Migration):
    dependencies = [("orders", "0036_return_labels")]

    operations = [
        migrations.CreateModel(name="CauseChange", fields=[*caused(), ("cases", models.SmallIntegerField())]),
        migrations.CreateModel(
            name="CauseTally",
            fields=[*caused(), ("cases", models.IntegerField())],
            options={
                "indexes": [models.Index(fields=["-cases"], name="cause_tally_largest")],
                "constraints": [
                    models.UniqueConstraint(fields=("sku", "supplier", "cause"), name="one_tally_per_cause")
                ],
            },
        ),
        migrations.RunSQL(COUNT, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
