"""PostgreSQL itself refuses to change or delete a published program version, also to raw SQL.

TRUNCATE only in a session that sets ``saleor_loyalty.allow_truncate`` to ``on``, as for the ledger.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION loyalty_refuse_published_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of program version % is refused: it is published', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER loyalty_version_published_immutable
    BEFORE UPDATE OR DELETE ON saleor_loyalty_programversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION loyalty_refuse_published_change();
CREATE TRIGGER loyalty_version_no_truncate
    BEFORE TRUNCATE ON saleor_loyalty_programversion
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_truncate();
"""

REVERSE = """
DROP TRIGGER loyalty_version_no_truncate ON saleor_loyalty_programversion;
DROP TRIGGER loyalty_version_published_immutable ON saleor_loyalty_programversion;
DROP FUNCTION loyalty_refuse_published_change();
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0007_ledger_is_append_only")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
