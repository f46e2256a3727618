"""The index of accounts whose customer is gone: the list by customer begins with them. Built while the shop goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0037_lots_that_expire_soon")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("email__isnull", True), ("user__isnull", True)),
                fields=["program", "id"],
                name="loyalty_account_nobody_idx",
            ),
        ),
    ]
