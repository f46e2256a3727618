"""What of an order's points was forfeited by refunds, and money refunded beyond what was paid in money.

Both columns have a constant default: no row is rewritten.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0033_account_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="orderrecord", name="forfeited", field=models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            model_name="orderrecord",
            name="refund_excess",
            field=models.DecimalField(db_default=0, decimal_places=3, default=0, max_digits=20),
        ),
    ]
