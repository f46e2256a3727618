"""Indexes of the points log: its filters, and its search by reason, order number and external reference.

They are built while the shop goes on, hence outside of a transaction.
"""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0026_memberships")]

    operations = [
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(fields=["type", "id"], name="loyalty_transaction_type_idx"),
        ),
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(fields=["source", "id"], name="loyalty_transaction_source_idx"),
        ),
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(
                condition=models.Q(("actor_id__isnull", False)),
                fields=["actor_id", "actor_kind", "id"],
                name="loyalty_transaction_actor_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="loyaltytransaction",
            index=models.Index(
                condition=models.Q(("external_reference", ""), _negated=True),
                fields=["external_reference"],
                name="loyalty_transaction_extern_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="orderrecord",
            index=models.Index(
                condition=models.Q(("order_number", ""), _negated=True),
                fields=["order_number"],
                name="loyalty_order_record_numb_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="transactiontext",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("reason"), name="gin_trgm_ops"
                ),
                condition=models.Q(("reason", ""), _negated=True),
                name="loyalty_reason_trgm_idx",
            ),
        ),
    ]
