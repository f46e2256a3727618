"""Find the accounts that nobody owns any more and whose cards are still to be erased, without reading the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built without holding up the accounts' writers
    dependencies = [("saleor_loyalty", "0022_accounts_close_and_are_erased")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("email__isnull", True), ("erased_at__isnull", True), ("user__isnull", True)),
                fields=["id"],
                name="loyalty_account_to_erase_idx",
            ),
        ),
    ]
