"""Lots whose date moves on with each activity of the customer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0034_refunds_of_orders")]

    operations = [
        # With the default in the database: no row is rewritten, and a process of the release before can still insert.
        migrations.AddField(
            model_name="lot", name="lasts_while_active", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            model_name="loyaltyaccount", name="active_until", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
