"""Tiers: where an account stands, how it came there, and what of an order counts for it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

REASONS = [
    ("EARNED", "Earned"),
    ("LAPSED", "Lapsed"),
    ("REVERSED", "Reversed"),
    ("RULES_CHANGED", "Rules Changed"),
]

FORWARD = """
CREATE TRIGGER loyalty_tier_change_append_only
    BEFORE UPDATE OR DELETE ON saleor_loyalty_tierchange
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER loyalty_tier_change_no_truncate
    BEFORE TRUNCATE ON saleor_loyalty_tierchange
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_truncate();
"""

REVERSE = """
DROP TRIGGER loyalty_tier_change_no_truncate ON saleor_loyalty_tierchange;
DROP TRIGGER loyalty_tier_change_append_only ON saleor_loyalty_tierchange;
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0042_rows_of_batches_by_customer")]

    operations = [
        migrations.AddField(
            model_name="loyaltyaccount",
            name="tier_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="orderrecord", name="placed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="orderrecord",
            name="spent",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=20, null=True),
        ),
        migrations.CreateModel(
            name="TierStatus",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tier_status",
                        serialize=False,
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("kept_until", models.DateTimeField(blank=True, null=True)),
                ("requirement", models.JSONField(blank=True, null=True)),
                ("grace_until", models.DateTimeField(blank=True, null=True)),
                ("grace_reason", models.CharField(blank=True, choices=REASONS, default="", max_length=16)),
                ("qualifying", models.JSONField(default=dict)),
                ("outlook", models.JSONField(default=list)),
                ("next_review_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=Q(next_review_at__isnull=False),
                        fields=["next_review_at"],
                        name="loyalty_tier_status_review_idx",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierReview",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tier_review",
                        serialize=False,
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("after_id", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField()),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="TierChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_key", models.CharField(blank=True, default="", max_length=64)),
                ("to_key", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(choices=REASONS, max_length=16)),
                ("qualifying", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tier_changes",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "program_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.programversion",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "-changed_at", "-id"], name="loyalty_tier_change_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=~Q(from_key=F("to_key")), name="loyalty_tier_change_changes"),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
