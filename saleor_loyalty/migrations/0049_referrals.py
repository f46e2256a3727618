"""Customers who invite others: codes, referrals and what happened to them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

STATES = ("CLAIMED", "ORDERED", "WAITING", "IN_REVIEW", "CONFIRMED", "REJECTED", "CANCELED", "REVERSED")
FLAGS = ("SAME_ADDRESS", "SAME_PHONE", "SAME_PAYMENT", "SAME_DEVICE", "ACCOUNT_FROZEN")
ENDS = ("ORDER_ENDED", "REFUNDED", "STAFF", "ACCOUNT_CLOSED", "SAME_PERSON")
CHANGES = (
    "CLAIMED", "ORDERED", "REOPENED", "QUALIFIED", "FLAGGED", "APPROVED", "REJECTED", "CONFIRMED", "CANCELED",
    "REVERSED",
)  # fmt: skip


def choices(names):
    return [(name, name.replace("_", " ").title()) for name in names]


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0048_indexes_of_activities")]

    operations = [
        migrations.CreateModel(
            name="ReferralCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16)),
                ("device", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="referral_code",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("program", "code"), name="loyalty_referral_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="loyalty_referral_code_has_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel_slug", models.CharField(max_length=255)),
                ("state", models.CharField(choices=choices(STATES), default="CLAIMED", max_length=16)),
                ("claimed_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("order_amount", models.DecimalField(blank=True, decimal_places=3, max_digits=20, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("qualified_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("next_step_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=choices(FLAGS), max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("fingerprints", models.JSONField(blank=True, null=True)),
                ("device", models.CharField(blank=True, default="", max_length=64)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("referrer_points", models.PositiveIntegerField(default=0)),
                ("referee_points", models.PositiveIntegerField(default=0)),
                ("cap", models.CharField(blank=True, default="", max_length=8)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, choices=choices(ENDS), default="", max_length=16)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
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
                (
                    "referee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referral_claimed",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "referrer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals_made",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["referrer", "id"], name="loyalty_referral_referrer_idx"),
                    models.Index(fields=["program", "id"], name="loyalty_referral_program_idx"),
                    models.Index(fields=["state", "id"], name="loyalty_referral_state_idx"),
                    models.Index(
                        condition=models.Q(("next_step_at__isnull", False)),
                        fields=["next_step_at"],
                        name="loyalty_referral_step_idx",
                    ),
                    models.Index(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=["order_id"],
                        name="loyalty_referral_order_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("referrer", models.F("referee")), _negated=True),
                        name="loyalty_referral_of_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["WAITING", "IN_REVIEW", "CONFIRMED", "REVERSED"]), _negated=True),
                            models.Q(
                                ("due_at__isnull", False),
                                ("qualified_at__isnull", False),
                                models.Q(("order_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="loyalty_referral_waits_for_an_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("referee_points", 0), ("referrer_points", 0)),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="loyalty_referral_pays_when_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["REJECTED", "CANCELED", "REVERSED"]), _negated=True),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="loyalty_referral_ended_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(choices=choices(CHANGES), max_length=16)),
                ("reason", models.TextField(blank=True, default="")),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="saleor_loyalty.referral",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["referral", "id"], name="loyalty_referral_history_idx")],
            },
        ),
        migrations.AddField(
            model_name="orderrecord",
            name="is_referred",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
