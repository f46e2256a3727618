"""Plans, the variants that sell them, and the memberships that were sold."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0025_reported_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="MembershipPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("SUBSCRIPTION", "Subscription"), ("PACKAGE", "Package")],
                        default="SUBSCRIPTION",
                        max_length=16,
                    ),
                ),
                ("duration_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("duration_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "starts_when",
                    models.CharField(
                        choices=[("ORDER_PAID", "Order Paid"), ("ORDER_FULFILLED", "Order Fulfilled")],
                        default="ORDER_PAID",
                        max_length=16,
                    ),
                ),
                (
                    "stacking",
                    models.CharField(
                        choices=[("QUEUE", "Queue"), ("OVERLAP", "Overlap")], default="QUEUE", max_length=16
                    ),
                ),
                ("start_points", models.PositiveIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "label",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="saleor_loyalty.label",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="membership_plans",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("program", "key"), name="loyalty_plan_one_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_months__isnull", True), ("duration_days__isnull", True), _connector="OR"
                        ),
                        name="loyalty_plan_has_one_duration",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "SUBSCRIPTION"), _negated=True),
                            ("duration_months__isnull", False),
                            ("duration_days__isnull", False),
                            _connector="OR",
                        ),
                        name="loyalty_plan_subscription_has_a_duration",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("is_active", False), _connector="OR"),
                        name="loyalty_plan_archived_is_inactive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanVariant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variant_id", models.CharField(blank=True, default="", max_length=64)),
                ("sku", models.CharField(blank=True, default="", max_length=255)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="saleor_loyalty.membershipplan",
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
                    models.UniqueConstraint(
                        condition=models.Q(("variant_id", ""), _negated=True),
                        fields=("program", "variant_id"),
                        name="loyalty_plan_variant_sells_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("sku", ""), _negated=True),
                        fields=("program", "sku"),
                        name="loyalty_plan_sku_sells_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("variant_id", ""), _negated=True),
                            models.Q(("sku", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="loyalty_plan_variant_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("order_line_id", models.CharField(blank=True, default="", max_length=64)),
                ("unit", models.PositiveIntegerField(default=0)),
                ("idempotency_key", models.CharField(blank=True, default="", max_length=250)),
                ("request_hash", models.CharField(blank=True, default="", max_length=64)),
                ("plan_name", models.CharField(max_length=200)),
                ("duration_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("duration_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "starts_when",
                    models.CharField(
                        choices=[("ORDER_PAID", "Order Paid"), ("ORDER_FULFILLED", "Order Fulfilled")], max_length=16
                    ),
                ),
                ("stacking", models.CharField(choices=[("QUEUE", "Queue"), ("OVERLAP", "Overlap")], max_length=16)),
                ("start_points", models.PositiveIntegerField(default=0)),
                ("channel_slug", models.CharField(blank=True, default="", max_length=255)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("price_amount", models.DecimalField(blank=True, decimal_places=3, max_digits=20, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("UNPAID", "Unpaid"),
                            ("PAID", "Paid"),
                            ("REFUNDED", "Refunded"),
                            ("OFFLINE", "Offline"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_marked_as_paid", models.BooleanField(default=False)),
                ("released_on", models.DateField(blank=True, null=True)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("extension_days", models.PositiveIntegerField(default=0)),
                ("frozen_from", models.DateField(blank=True, null=True)),
                ("frozen_until", models.DateField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("is_canceled_by_order", models.BooleanField(default=False)),
                ("followed_status", models.CharField(blank=True, default="", max_length=16)),
                ("next_change_on", models.DateField(blank=True, null=True)),
                ("points_given", models.PositiveIntegerField(default=0)),
                ("points_round", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="saleor_loyalty.label",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="saleor_loyalty.membershipplan",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "id"], name="loyalty_membership_account_idx"),
                    models.Index(fields=["plan", "ends_on", "id"], name="loyalty_membership_plan_idx"),
                    models.Index(
                        condition=models.Q(("canceled_at__isnull", True)),
                        fields=["ends_on", "id"],
                        name="loyalty_membership_ends_idx",
                    ),
                    models.Index(
                        condition=models.Q(("next_change_on__isnull", False)),
                        fields=["next_change_on"],
                        name="loyalty_membership_change_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=("order_id", "order_line_id", "unit"),
                        name="loyalty_membership_once_per_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        fields=("account", "idempotency_key"),
                        name="loyalty_membership_once_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            models.Q(("ends_on__gte", models.F("starts_on")), ("starts_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="loyalty_membership_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frozen_until__isnull", True),
                            models.Q(("frozen_from__isnull", False), ("frozen_until__gte", models.F("frozen_from"))),
                            _connector="OR",
                        ),
                        name="loyalty_membership_freeze_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_canceled_by_order", False), ("canceled_at__isnull", False), _connector="OR"
                        ),
                        name="loyalty_membership_canceled_by_order_is_canceled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipFreeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="freezes",
                        to="saleor_loyalty.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["membership", "id"], name="loyalty_freeze_membership_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("membership",),
                        name="loyalty_freeze_one_without_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                        ),
                        name="loyalty_freeze_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("SOLD", "Sold"),
                            ("CREATED", "Created"),
                            ("RELEASED", "Released"),
                            ("SUSPENDED", "Suspended"),
                            ("STARTED", "Started"),
                            ("ENDED", "Ended"),
                            ("PAID", "Paid"),
                            ("EXTENDED", "Extended"),
                            ("FROZEN", "Frozen"),
                            ("UNFROZEN", "Unfrozen"),
                            ("CANCELED", "Canceled"),
                            ("REINSTATED", "Reinstated"),
                        ],
                        max_length=16,
                    ),
                ),
                ("on", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="saleor_loyalty.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["membership", "id"], name="loyalty_membership_history_idx")],
            },
        ),
    ]
