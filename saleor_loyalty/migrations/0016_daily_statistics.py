"""Points by day, and how far they go in each program's ledger."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

TERMS = ("given", "redeemed", "expired", "reversed", "deducted")
TYPES = ("EARN", "GIVE", "DEDUCT", "SET", "REDEEM", "RETURN", "REVERSE", "EXPIRE", "IMPORT", "MERGE_IN", "MERGE_OUT")
SOURCES = (
    *("ORDER", "PRODUCT", "CATEGORY", "ACCOUNT", "REVIEW", "COMMENT", "FEEDBACK", "SOCIAL", "REFERRAL", "BIRTHDAY"),
    *("PROMOTION", "MANUAL", "OFFLINE", "VIP", "THANK_YOU", "SIGN_UP", "IMPORT", "TIER", "PLAN", "CUSTOM"),
)


def choices(values):
    return [(value, value.replace("_", " ").title()) for value in values]


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0015_ready_made_fields")]

    operations = [
        migrations.CreateModel(
            name="DailyStatistics",
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
                ("day", models.DateField()),
                ("channel_slug", models.CharField(blank=True, default="", max_length=255)),
                ("term", models.CharField(choices=choices(TERMS), max_length=16)),
                ("type", models.CharField(choices=choices(TYPES), max_length=16)),
                ("source", models.CharField(choices=choices(SOURCES), max_length=16)),
                ("points", models.BigIntegerField()),
                ("transactions", models.PositiveBigIntegerField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "day", "channel_slug", "term", "type", "source"),
                        name="loyalty_daily_statistics_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatisticsProgress",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("time_zone", models.CharField(max_length=100)),
                ("last_transaction_id", models.BigIntegerField(default=0)),
                ("settled_transaction_id", models.BigIntegerField(default=0)),
                ("candidate_transaction_id", models.BigIntegerField(default=0)),
                (
                    "candidate_writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_transaction_id__lte", models.F("settled_transaction_id"))),
                        name="loyalty_statistics_only_what_is_settled",
                    )
                ],
            },
        ),
    ]
