"""What orders gave by rule, product and category, and accounts by month; all statistics are counted again for it."""

import django.db.models.deletion
from django.db import migrations, models

COUNT_AGAIN = """
DELETE FROM saleor_loyalty_dailystatistics;
DELETE FROM saleor_loyalty_statisticsprogress;
"""


def choices(values):
    return [(value, value.title()) for value in values]


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0020_events_out")]

    operations = [
        migrations.AddField(
            model_name="statisticsprogress",
            name="unknown_time_zone",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="statisticsprogress",
            name="failure",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="statisticsprogress", name="failed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.CreateModel(
            name="AwardStatistics",
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
                ("dimension", models.CharField(choices=choices(("RULE", "PRODUCT", "CATEGORY")), max_length=16)),
                ("span", models.CharField(choices=choices(("DAY", "MONTH")), max_length=8)),
                ("first_day", models.DateField()),
                ("channel_slug", models.CharField(blank=True, default="", max_length=255)),
                ("key", models.TextField(blank=True, default="")),
                ("label", models.TextField(blank=True, default="")),
                ("given", models.BigIntegerField()),
                ("reversed", models.BigIntegerField()),
                ("transactions", models.PositiveBigIntegerField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "dimension", "span", "first_day", "channel_slug", "key"),
                        name="loyalty_award_statistics_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyEarnings",
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
                ("month", models.DateField()),
                ("channel_slug", models.CharField(blank=True, default="", max_length=255)),
                ("points", models.BigIntegerField()),
                ("most", models.BigIntegerField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        fields=["program", "month", "channel_slug", "-most", "account"],
                        name="loyalty_monthly_earnings_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "month", "channel_slug"), name="loyalty_monthly_earnings_unique"
                    )
                ],
            },
        ),
        migrations.RunSQL(COUNT_AGAIN, migrations.RunSQL.noop),
    ]
