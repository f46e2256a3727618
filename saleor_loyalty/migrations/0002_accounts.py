"""One customer in one program, with the projections of the ledger."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("saleor_loyalty", "0001_programs"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoyaltyAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="loyalty_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("FROZEN", "Frozen"),
                            ("CLOSED", "Closed"),
                            ("ANONYMIZED", "Anonymized"),
                        ],
                        default="ACTIVE",
                        max_length=16,
                    ),
                ),
                ("balance", models.IntegerField(default=0)),
                ("pending", models.IntegerField(default=0)),
                ("reserved", models.IntegerField(default=0)),
                ("debt", models.IntegerField(default=0)),
                ("given", models.BigIntegerField(default=0)),
                ("redeemed", models.BigIntegerField(default=0)),
                ("expired", models.BigIntegerField(default=0)),
                ("reversed", models.BigIntegerField(default=0)),
                ("deducted", models.BigIntegerField(default=0)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("last_hash", models.CharField(blank=True, default="", max_length=64)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("next_due_at", models.DateTimeField(blank=True, null=True)),
                ("last_transaction_at", models.DateTimeField(blank=True, null=True)),
                ("enrolled_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["program", "-balance", "-id"], name="loyalty_account_balance_idx"),
                    models.Index(
                        condition=models.Q(("next_due_at__isnull", False)),
                        fields=["next_due_at"],
                        name="loyalty_account_due_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "user"), name="loyalty_account_one_per_user"),
                    models.UniqueConstraint(
                        models.F("program"),
                        django.db.models.functions.text.Lower("email"),
                        name="loyalty_account_one_per_email",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", True), ("email__isnull", True), _connector="OR"),
                        name="loyalty_account_email_only_without_user",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", -2000000000), ("balance__lte", 2000000000)),
                        name="loyalty_account_balance_within_cap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pending__gte", 0)), name="loyalty_account_pending_non_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="loyalty_account_reserved_non_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debt__gte", 0)), name="loyalty_account_debt_non_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "balance__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("pending"), "+", models.F("reserved")
                                    ),
                                    "-",
                                    models.F("debt"),
                                ),
                            )
                        ),
                        name="loyalty_account_available_non_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("debt", 0),
                            (
                                "balance",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("pending"), "+", models.F("reserved")
                                    ),
                                    "-",
                                    models.F("debt"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="loyalty_account_debt_is_paid_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "given",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("redeemed"), "+", models.F("expired")
                                            ),
                                            "+",
                                            models.F("reversed"),
                                        ),
                                        "+",
                                        models.F("deducted"),
                                    ),
                                    "+",
                                    models.F("balance"),
                                ),
                            )
                        ),
                        name="loyalty_account_sums_add_up",
                    ),
                ],
            },
        ),
    ]
