"""Finds what expires soon in every account, without blocking writes while the index is built."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("saleor_loyalty", "0036_expiry_notices_and_extensions")]

    operations = [
        AddIndexConcurrently(
            model_name="lot",
            index=models.Index(
                fields=["expires_at", "account"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="loyalty_lot_expiring_idx",
            ),
        ),
    ]
