"""What an account was given on some days, from the index alone. It is built while the shop goes on, hence outside of a
transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0050_rewards")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(
                fields=["account", "occurred_at"],
                include=["points", "type", "channel_slug", "program", "id"],
                name="loyalty_transaction_moment_idx",
            ),
        ),
    ]
