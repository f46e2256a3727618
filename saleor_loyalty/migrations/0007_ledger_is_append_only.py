"""PostgreSQL itself refuses to change or delete ledger rows, also to raw SQL.

Transactions and lot uses: no UPDATE, no DELETE. The text of a transaction: no DELETE, and the only UPDATE is erasing
(the salt becomes empty, each text stays as it is or becomes empty). TRUNCATE of the three: only in a session that sets
``saleor_loyalty.allow_truncate`` to ``on``, which only test settings do.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION loyalty_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the points ledger is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION loyalty_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('saleor_loyalty.allow_truncate', true), '') <> 'on' THEN
        RAISE EXCEPTION 'TRUNCATE of % is refused: the points ledger is append-only', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION loyalty_allow_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.transaction_id = OLD.transaction_id
        AND NEW.salt = ''
        AND NEW.reason IN ('', OLD.reason)
        AND NEW.internal_note IN ('', OLD.internal_note)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of % is refused: a text can only be erased', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER loyalty_transaction_append_only
    BEFORE UPDATE OR DELETE ON saleor_loyalty_loyaltytransaction
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER loyalty_transaction_no_truncate
    BEFORE TRUNCATE ON saleor_loyalty_loyaltytransaction
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_truncate();

CREATE TRIGGER loyalty_lot_use_append_only
    BEFORE UPDATE OR DELETE ON saleor_loyalty_lotuse
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER loyalty_lot_use_no_truncate
    BEFORE TRUNCATE ON saleor_loyalty_lotuse
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_truncate();

CREATE TRIGGER loyalty_transaction_text_no_delete
    BEFORE DELETE ON saleor_loyalty_transactiontext
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER loyalty_transaction_text_erasing_only
    BEFORE UPDATE ON saleor_loyalty_transactiontext
    FOR EACH ROW EXECUTE FUNCTION loyalty_allow_erasing_only();
CREATE TRIGGER loyalty_transaction_text_no_truncate
    BEFORE TRUNCATE ON saleor_loyalty_transactiontext
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_truncate();
"""

REVERSE = """
DROP TRIGGER loyalty_transaction_text_no_truncate ON saleor_loyalty_transactiontext;
DROP TRIGGER loyalty_transaction_text_erasing_only ON saleor_loyalty_transactiontext;
DROP TRIGGER loyalty_transaction_text_no_delete ON saleor_loyalty_transactiontext;
DROP TRIGGER loyalty_lot_use_no_truncate ON saleor_loyalty_lotuse;
DROP TRIGGER loyalty_lot_use_append_only ON saleor_loyalty_lotuse;
DROP TRIGGER loyalty_transaction_no_truncate ON saleor_loyalty_loyaltytransaction;
DROP TRIGGER loyalty_transaction_append_only ON saleor_loyalty_loyaltytransaction;
DROP FUNCTION loyalty_allow_erasing_only();
DROP FUNCTION loyalty_refuse_truncate();
DROP FUNCTION loyalty_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0006_order_records")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
