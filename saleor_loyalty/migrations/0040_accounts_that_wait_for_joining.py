"""The index of accounts in which points may wait for their owner to join. Built while the shop goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0039_notices_to_send")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        ("balance__gt", 0), ("email__isnull", False), ("status", "ACTIVE"), ("user__isnull", True)
                    ),
                    models.Q(("pending__gt", 0), ("user__isnull", False)),
                    _connector="OR",
                ),
                fields=["id"],
                name="loyalty_account_waiting_idx",
            ),
        ),
    ]
