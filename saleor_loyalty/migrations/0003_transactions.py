"""The points ledger and its erasable texts."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0002_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoyaltyTransaction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
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
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transactions",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("EARN", "Earn"),
                            ("GIVE", "Give"),
                            ("DEDUCT", "Deduct"),
                            ("SET", "Set"),
                            ("REDEEM", "Redeem"),
                            ("RETURN", "Return"),
                            ("REVERSE", "Reverse"),
                            ("EXPIRE", "Expire"),
                            ("IMPORT", "Import"),
                            ("MERGE_IN", "Merge In"),
                            ("MERGE_OUT", "Merge Out"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("ORDER", "Order"),
                            ("PRODUCT", "Product"),
                            ("CATEGORY", "Category"),
                            ("ACCOUNT", "Account"),
                            ("REVIEW", "Review"),
                            ("COMMENT", "Comment"),
                            ("FEEDBACK", "Feedback"),
                            ("SOCIAL", "Social"),
                            ("REFERRAL", "Referral"),
                            ("BIRTHDAY", "Birthday"),
                            ("PROMOTION", "Promotion"),
                            ("MANUAL", "Manual"),
                            ("OFFLINE", "Offline"),
                            ("VIP", "Vip"),
                            ("THANK_YOU", "Thank You"),
                            ("SIGN_UP", "Sign Up"),
                            ("IMPORT", "Import"),
                            ("TIER", "Tier"),
                            ("PLAN", "Plan"),
                            ("CUSTOM", "Custom"),
                        ],
                        max_length=16,
                    ),
                ),
                ("points", models.IntegerField()),
                ("balance_after", models.IntegerField()),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        default="SYSTEM",
                        max_length=16,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("checkout_id", models.CharField(blank=True, default="", max_length=64)),
                ("channel_slug", models.CharField(blank=True, default="", max_length=255)),
                (
                    "program_version",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.programversion",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
                ("receipt", models.JSONField(blank=True, null=True)),
                ("is_shortfall", models.BooleanField(default=False)),
                ("external_reference", models.CharField(blank=True, default="", max_length=250)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(max_length=64)),
                ("text_digest", models.CharField(max_length=64)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=["order_id"],
                        name="loyalty_transaction_order_idx",
                    ),
                    models.Index(
                        condition=models.Q(("reverses__isnull", False)),
                        fields=["reverses"],
                        name="loyalty_transaction_revers_idx",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(fields=["created_at"], name="loyalty_transaction_brin"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "sequence"), name="loyalty_transaction_sequence_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("program", "idempotency_key"), name="loyalty_transaction_once_per_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("points", 0), _negated=True), ("type", "SET"), _connector="OR"),
                        name="loyalty_transaction_moves_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("points__gt", 0), ("type__in", ["EARN", "GIVE", "RETURN", "IMPORT", "MERGE_IN"])
                            ),
                            models.Q(("points__lt", 0), ("type__in", ["DEDUCT", "REDEEM", "EXPIRE", "MERGE_OUT"])),
                            ("type__in", ["SET", "REVERSE"]),
                            _connector="OR",
                        ),
                        name="loyalty_transaction_sign_fits_type",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransactionText",
            fields=[
                (
                    "transaction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("internal_note", models.TextField(blank=True)),
                ("salt", models.CharField(blank=True, max_length=64)),
            ],
        ),
    ]
