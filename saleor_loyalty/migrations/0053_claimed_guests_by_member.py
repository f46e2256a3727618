"""Find the guests' accounts that a member has claimed. It is built while the shop goes on, hence outside of a
transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0052_claimed_guests")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", False)),
                fields=["claimed_by"],
                name="loyalty_account_claimed_idx",
            ),
        ),
    ]
