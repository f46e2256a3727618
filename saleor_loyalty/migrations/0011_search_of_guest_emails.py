"""Searching guests' e-mails by any part of them. Needs pg_trgm, which the host may have already and keeps."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class SharedTrigramExtension(TrigramExtension):
    """The host's own indexes may need the extension: taking this migration back leaves it where it is."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0010_reservations_by_checkout")]

    operations = [
        SharedTrigramExtension(),
        migrations.AddIndex(
            model_name="loyaltyaccount",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                ),
                condition=models.Q(("email__isnull", False)),
                name="loyalty_account_email_trgm_idx",
            ),
        ),
    ]
