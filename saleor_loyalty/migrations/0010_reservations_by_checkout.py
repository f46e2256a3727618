"""Find the last reservation of a checkout, open or not, by index: it is asked for at each change of any cart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0009_accounts_close_without_owner")]

    operations = [
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["checkout_id", "-id"], name="loyalty_reservation_cart_idx"),
        ),
    ]
