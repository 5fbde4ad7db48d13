"""What is noted when it happens, because a moment later all may look well; and nobody can swallow a note.

More was promised than was stated: a moment later a supplier may state more. A push was taken once more though it had
counted, or wrote over what was said after it: the next file may say so too. Undos, which bring back what was said
before, write while their import is no longer at work.
"""

WATCHES = """
CREATE TEMPORARY TABLE promised_beyond (allocation_id bigint, offer_id bigint, reserved int, promisable int)
    ON COMMIT DROP;
CREATE FUNCTION note_more_than_stated() RETURNS trigger LANGUAGE plpgsql AS $watch$
BEGIN
    INSERT INTO promised_beyond SELECT NEW.id, offer_id, reserved, promisable FROM suppliers_offerstock
    WHERE offer_id = NEW.offer_id AND reserved > promisable;
    RETURN NEW;
END
$watch$;
CREATE TRIGGER watch_new_promises AFTER INSERT ON orders_allocation
    FOR EACH ROW WHEN (NEW.status = 'held') EXECUTE FUNCTION note_more_than_stated();
CREATE TRIGGER watch_grown_promises AFTER UPDATE OF quantity ON orders_allocation
    FOR EACH ROW WHEN (NEW.status = 'held' AND NEW.quantity > OLD.quantity)
    EXECUTE FUNCTION note_more_than_stated();

CREATE TEMPORARY TABLE pushed_level (push_id bigint, sku text, units int) ON COMMIT DROP;
CREATE TEMPORARY TABLE counted_again (push_id bigint, counted_in bigint, taken_by bigint) ON COMMIT DROP;
CREATE FUNCTION note_counted_again() RETURNS trigger LANGUAGE plpgsql AS $watch$
BEGIN
    INSERT INTO counted_again SELECT NEW.id, OLD.run_id, NEW.run_id FROM suppliers_run
    WHERE id = OLD.run_id AND status IN ('applied', 'unchanged', 'rejected', 'undone');
    RETURN NEW;
END
$watch$;
CREATE TRIGGER watch_taken_pushes AFTER UPDATE OF run_id ON suppliers_push
    FOR EACH ROW WHEN (NEW.run_id IS DISTINCT FROM OLD.run_id) EXECUTE FUNCTION note_counted_again();

CREATE TEMPORARY TABLE said_before (offer_id bigint, run_id bigint, stood_since timestamptz, pushed timestamptz)
    ON COMMIT DROP;
CREATE FUNCTION note_said_before() RETURNS trigger LANGUAGE plpgsql AS $watch$
BEGIN
    INSERT INTO said_before
    SELECT NEW.offer_id, NEW.run_id, OLD.as_of, max(push.received_at)
    FROM suppliers_run run JOIN suppliers_push push ON push.run_id = run.id
    JOIN pushed_level level ON level.push_id = push.id
    JOIN suppliers_offer offer ON offer.id = NEW.offer_id AND offer.supplier_sku = level.sku
    WHERE run.id = NEW.run_id AND run.status = 'running' HAVING max(push.received_at) < OLD.as_of;
    RETURN NEW;
END
$watch$;
CREATE TRIGGER watch_words AFTER UPDATE OF run_id ON suppliers_offerstock
    FOR EACH ROW WHEN (NEW.run_id IS DISTINCT FROM OLD.run_id) EXECUTE FUNCTION note_said_before();
"""
