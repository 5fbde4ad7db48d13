"""Of which offer a day was stated, beside that day: what is ahead of one product is then found by its few offers.

Before, one row was looked up for each day still ahead in the whole house. The database keeps the column itself, because
days are written in several places and the offer is two keys away. Days that are over are asked for by nobody.
"""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION orders_name_restock_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.restock_offer_id := CASE WHEN NEW.restock_on IS NOT NULL THEN (
        SELECT promised.offer_id FROM orders_allocation promised WHERE promised.id = NEW.allocation_id
    ) END;
    RETURN NEW;
END;
$$;
CREATE TRIGGER orders_name_restock_offer
BEFORE INSERT OR UPDATE OF restock_on, allocation_id, restock_offer_id ON orders_purchaseorderline
FOR EACH ROW WHEN (NEW.restock_on IS NOT NULL OR NEW.restock_offer_id IS NOT NULL)
EXECUTE FUNCTION orders_name_restock_offer();
"""
LEAVE = """
DROP TRIGGER orders_name_restock_offer ON orders_purchaseorderline;
DROP FUNCTION orders_name_restock_offer();
"""
FILL = "UPDATE orders_purchaseorderline SET restock_on = restock_on WHERE restock_on >= CURRENT_DATE - 1"


class Migration(migrations.Migration):
    dependencies = [("orders", "0045_gathering"), ("suppliers", "0035_rates_of_any_age")]

    operations = [
        migrations.AddField(
            model_name="purchaseorderline",
            name="restock_offer",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="suppliers.offer",
            ),
        ),
        migrations.RunSQL(KEEP, LEAVE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
