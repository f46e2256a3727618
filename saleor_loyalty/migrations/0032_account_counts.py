"""How many accounts there are by program and status, kept by triggers, so that nobody needs to count a million rows."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION loyalty_count_opened_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO saleor_loyalty_accountcount (program_id, status, accounts)
        SELECT program_id, status, count(*) FROM opened GROUP BY program_id, status;
    RETURN NULL;
END
$$;

CREATE FUNCTION loyalty_count_deleted_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO saleor_loyalty_accountcount (program_id, status, accounts)
        SELECT program_id, status, -count(*) FROM deleted GROUP BY program_id, status;
    RETURN NULL;
END
$$;

CREATE FUNCTION loyalty_count_changed_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO saleor_loyalty_accountcount (program_id, status, accounts)
        VALUES (OLD.program_id, OLD.status, -1), (NEW.program_id, NEW.status, 1);
    RETURN NULL;
END
$$;

CREATE FUNCTION loyalty_count_no_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM saleor_loyalty_accountcount;
    RETURN NULL;
END
$$;

CREATE TRIGGER loyalty_account_counts_opened AFTER INSERT ON saleor_loyalty_loyaltyaccount
    REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION loyalty_count_opened_accounts();
CREATE TRIGGER loyalty_account_counts_deleted AFTER DELETE ON saleor_loyalty_loyaltyaccount
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION loyalty_count_deleted_accounts();
CREATE TRIGGER loyalty_account_counts_changed AFTER UPDATE ON saleor_loyalty_loyaltyaccount
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.program_id <> NEW.program_id)
    EXECUTE FUNCTION loyalty_count_changed_account();
CREATE TRIGGER loyalty_account_counts_none AFTER TRUNCATE ON saleor_loyalty_loyaltyaccount
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_count_no_accounts();

INSERT INTO saleor_loyalty_accountcount (program_id, status, accounts)
    SELECT program_id, status, count(*) FROM saleor_loyalty_loyaltyaccount GROUP BY program_id, status;
"""

REVERSE = """
DROP TRIGGER loyalty_account_counts_opened ON saleor_loyalty_loyaltyaccount;
DROP TRIGGER loyalty_account_counts_deleted ON saleor_loyalty_loyaltyaccount;
DROP TRIGGER loyalty_account_counts_changed ON saleor_loyalty_loyaltyaccount;
DROP TRIGGER loyalty_account_counts_none ON saleor_loyalty_loyaltyaccount;
DROP FUNCTION loyalty_count_opened_accounts();
DROP FUNCTION loyalty_count_deleted_accounts();
DROP FUNCTION loyalty_count_changed_account();
DROP FUNCTION loyalty_count_no_accounts();
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0031_exports_and_audiences")]

    operations = [
        migrations.CreateModel(
            name="AccountCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("FROZEN", "Frozen"),
                            ("CLOSED", "Closed"),
                            ("ANONYMIZED", "Anonymized"),
                        ],
                        max_length=16,
                    ),
                ),
                ("accounts", models.BigIntegerField()),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
