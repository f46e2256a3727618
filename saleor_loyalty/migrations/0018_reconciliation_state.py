"""How far the reconciliation of orders has come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0017_indexes_of_statistics")]

    operations = [
        migrations.CreateModel(
            name="ReconciliationState",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("position_at", models.DateTimeField()),
                ("position_id", models.CharField(blank=True, default="", max_length=64)),
                ("claim", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ("pk",)},
        ),
    ]
