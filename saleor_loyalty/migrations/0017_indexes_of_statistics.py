"""Indexes of the statistics: top earners, points that are not simply available, transactions of a period."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0016_daily_statistics")]

    operations = [
        migrations.AddIndex(
            model_name="loyaltyaccount",
            index=models.Index(fields=["program", "-given", "-id"], name="loyalty_account_given_idx"),
        ),
        migrations.AddIndex(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("pending__gt", 0), ("reserved__gt", 0), ("debt__gt", 0), _connector="OR"),
                fields=["program"],
                include=("pending", "reserved", "debt"),
                name="loyalty_account_parts_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="loyaltytransaction",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["occurred_at"], name="loyalty_transaction_occur_brin"
            ),
        ),
    ]
