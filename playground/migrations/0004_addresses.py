"""Where carts and orders go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0003_refunds")]

    operations = [
        migrations.AddField(model_name="checkout", name="address", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="order", name="address", field=models.JSONField(default=dict)),
    ]
