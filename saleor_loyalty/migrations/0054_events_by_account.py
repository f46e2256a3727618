"""The index by which the events of an erased account are found. Built while the shop goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0053_claimed_guests_by_member")]

    operations = [
        AddIndexConcurrently(
            model_name="outboxevent",
            index=models.Index(
                condition=models.Q(("account__isnull", False)),
                fields=["account"],
                name="loyalty_event_account_idx",
            ),
        ),
    ]
