"""The accounts of a tier. The index is built while the shop goes on, hence outside of a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0043_tiers")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("tier_key", ""), _negated=True),
                fields=["program", "tier_key", "id"],
                name="loyalty_account_tier_idx",
            ),
        ),
    ]
