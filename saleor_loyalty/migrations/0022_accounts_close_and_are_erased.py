"""Accounts remember when they were closed and when their cards were erased; the trigger that closes notes the first."""

from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION loyalty_close_without_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('ACTIVE', 'FROZEN') THEN
        NEW.status := 'CLOSED';
        NEW.closed_at := COALESCE(NEW.closed_at, now());
    END IF;
    RETURN NEW;
END
$$;
"""

REVERSE = """
CREATE OR REPLACE FUNCTION loyalty_close_without_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('ACTIVE', 'FROZEN') THEN
        NEW.status := 'CLOSED';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0021_statistics_of_awards")]

    operations = [
        migrations.AddField(
            model_name="loyaltyaccount", name="closed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="loyaltyaccount", name="erased_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
