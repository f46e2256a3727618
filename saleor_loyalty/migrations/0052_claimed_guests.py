"""A guest's account remembers which member has claimed it: it is erased with the member's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0051_transactions_of_accounts_by_moment")]

    operations = [
        migrations.AddField(
            model_name="loyaltyaccount",
            name="claimed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="claimed_guests",
                to="saleor_loyalty.loyaltyaccount",
            ),
        ),
    ]
