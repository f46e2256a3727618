"""Find the transactions of a batch. The index is built while the shop goes on, hence outside of a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0029_batches")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id"],
                name="loyalty_transaction_batch_idx",
            ),
        ),
    ]
