"""Indexes of the account list: by last activity, by when an account was opened, and the few that are not active.

They are built while the shop goes on, hence outside of a transaction.
"""

import datetime

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0032_account_counts")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                models.F("program"),
                django.db.models.functions.comparison.Coalesce(
                    "last_transaction_at", models.Value(datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC))
                ),
                models.F("id"),
                name="loyalty_account_activity_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(fields=["program", "created_at", "id"], name="loyalty_account_created_idx"),
        ),
        AddIndexConcurrently(
            model_name="loyaltyaccount",
            index=models.Index(
                condition=models.Q(("status__in", ("FROZEN", "CLOSED", "ANONYMIZED"))),
                fields=["program", "status", "id"],
                name="loyalty_account_stopped_idx",
            ),
        ),
    ]
