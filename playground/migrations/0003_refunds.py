"""What of an order's refunds is for its delivery, what came back, and the notes in its history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0002_staff_of_channels")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="refunded_shipping",
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(model_name="order", name="notes", field=models.JSONField(default=list)),
        migrations.AlterField(
            model_name="fulfillment",
            name="status",
            field=models.CharField(
                choices=[
                    ("FULFILLED", "Fulfilled"),
                    ("WAITING_FOR_APPROVAL", "Waiting For Approval"),
                    ("REFUNDED", "Refunded"),
                    ("RETURNED", "Returned"),
                    ("REFUNDED_AND_RETURNED", "Refunded And Returned"),
                    ("CANCELED", "Canceled"),
                ],
                default="FULFILLED",
                max_length=32,
            ),
        ),
    ]
