"""Vouchers that one order uses up, and that end on a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0004_addresses")]

    operations = [
        migrations.AddField(model_name="voucher", name="is_single_use", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="voucher", name="is_used", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="voucher", name="expires_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
