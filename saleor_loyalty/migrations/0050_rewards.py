"""What points buy: the source of what they moved, how many of each reward stand, and what became of each one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0049_referrals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="source",
            field=models.CharField(
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
                    ("REWARD", "Reward"),
                    ("CUSTOM", "Custom"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="dailystatistics",
            name="source",
            field=models.CharField(
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
                    ("REWARD", "Reward"),
                    ("CUSTOM", "Custom"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="loyaltytransaction",
            name="source",
            field=models.CharField(
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
                    ("REWARD", "Reward"),
                    ("CUSTOM", "Custom"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="RewardIssue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reward_key", models.CharField(max_length=64)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("VOUCHER", "Voucher"),
                            ("GIFT_PRODUCT", "Gift Product"),
                            ("FREE_SHIPPING", "Free Shipping"),
                            ("GIFT_CARD", "Gift Card"),
                            ("EVENT_ACCESS", "Event Access"),
                        ],
                        max_length=16,
                    ),
                ),
                ("channel_slug", models.CharField(max_length=255)),
                ("points", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ISSUED", "Issued"),
                            ("USED", "Used"),
                            ("REVERSED", "Reversed"),
                            ("EXPIRED", "Expired"),
                            ("CANCELED", "Canceled"),
                        ],
                        default="ISSUED",
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(blank=True, default="", max_length=64)),
                ("code", models.CharField(blank=True, default="", max_length=64)),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField()),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        max_length=16,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "ended_by_kind",
                    models.CharField(
                        blank=True,
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        default="",
                        max_length=16,
                    ),
                ),
                ("ended_by_id", models.BigIntegerField(blank=True, null=True)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewards",
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
                (
                    "return_transaction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
                (
                    "transaction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "id"], name="loyalty_reward_account_idx"),
                    models.Index(fields=["reward_key", "id"], name="loyalty_reward_key_idx"),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False), ("status", "ISSUED")),
                        fields=["expires_at"],
                        name="loyalty_reward_due_idx",
                    ),
                    models.Index(
                        condition=models.Q(("status", "ISSUED"), ("type", "GIFT_CARD")),
                        fields=["checked_at"],
                        name="loyalty_reward_cards_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "idempotency_key"), name="loyalty_reward_issue_once_per_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="loyalty_reward_issue_code_is_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="loyalty_reward_issue_costs_points"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("status", "ISSUED")),
                            models.Q(models.Q(("status", "ISSUED"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="loyalty_reward_issue_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("return_transaction__isnull", True),
                            ("status__in", ("REVERSED", "EXPIRED")),
                            _connector="OR",
                        ),
                        name="loyalty_reward_issue_points_or_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardStock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reward_key", models.CharField(max_length=64)),
                ("issued", models.PositiveIntegerField(default=0)),
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
                    models.UniqueConstraint(
                        fields=("program", "reward_key"), name="loyalty_reward_stock_one_per_reward"
                    )
                ],
            },
        ),
    ]
