"""Find the rows of batches that name a customer who is to be erased.

The indexes are built while the shop goes on, hence outside of a transaction.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0041_audiences_sent_once")]

    operations = [
        AddIndexConcurrently(
            model_name="batchrow",
            index=models.Index(
                fields=["account"],
                condition=models.Q(("account__isnull", False)),
                name="loyalty_batch_row_account_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="batchrow",
            index=models.Index(
                Upper("identity"),
                condition=models.Q(("identity", ""), _negated=True),
                name="loyalty_batch_row_identity_idx",
            ),
        ),
    ]
