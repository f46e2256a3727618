"""What accounts were given by week. The roll-up fills it from the ledger, in batches, beside what is new; until then
reports read the ledger. The new columns are constant by default: no row is rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0058_guests_claimed_before")]

    operations = [
        migrations.CreateModel(
            name="WeeklyEarnings",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("week", models.DateField()),
                ("most", models.BigIntegerField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("account", "week"), name="loyalty_weekly_earnings_unique")
                ],
                "indexes": [
                    models.Index(fields=["program", "week", "-most", "account"], name="loyalty_weekly_earnings_idx"),
                ],
            },
        ),
        migrations.AddField(
            model_name="statisticsprogress",
            name="weeks_transaction_id",
            field=models.BigIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="statisticsprogress",
            name="weeks_time_zone",
            field=models.CharField(blank=True, default="", db_default="", max_length=100),
        ),
    ]
