"""An account whose user is deleted, and that gets no e-mail in the same step, is CLOSED: nobody owns it any more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION loyalty_close_without_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('ACTIVE', 'FROZEN') THEN
        NEW.status := 'CLOSED';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER loyalty_account_closes_without_owner
    BEFORE UPDATE OF user_id ON saleor_loyalty_loyaltyaccount
    FOR EACH ROW WHEN (OLD.user_id IS NOT NULL AND NEW.user_id IS NULL AND NEW.email IS NULL)
    EXECUTE FUNCTION loyalty_close_without_owner();
"""

REVERSE = """
DROP TRIGGER loyalty_account_closes_without_owner ON saleor_loyalty_loyaltyaccount;
DROP FUNCTION loyalty_close_without_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0008_published_versions_are_immutable")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
