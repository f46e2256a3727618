"""Points set aside for a checkout."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0004_lots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("checkout_id", models.CharField(max_length=64)),
                ("channel_slug", models.CharField(max_length=255)),
                (
                    "program_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.programversion",
                    ),
                ),
                ("rule_key", models.CharField(max_length=64)),
                ("points", models.PositiveIntegerField()),
                ("requested_points", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("value", models.DecimalField(decimal_places=3, max_digits=20)),
                ("rows", models.DecimalField(decimal_places=3, max_digits=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("RESERVED", "Reserved"),
                            ("COMMITTED", "Committed"),
                            ("RELEASED", "Released"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="RESERVED",
                        max_length=16,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("idempotency_key", models.CharField(blank=True, default="", max_length=250)),
                ("request_hash", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "RESERVED")),
                        fields=["expires_at"],
                        name="loyalty_reservation_due_idx",
                    ),
                    models.Index(fields=["account", "status"], name="loyalty_reservation_acct_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "RESERVED")),
                        fields=("checkout_id",),
                        name="loyalty_reservation_one_open_per_checkout",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        fields=("account", "idempotency_key"),
                        name="loyalty_reservation_once_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="loyalty_reservation_points_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rows__gte", 0), ("value__gte", 0)),
                        name="loyalty_reservation_money_non_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("status", "RESERVED")),
                            models.Q(models.Q(("status", "RESERVED"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="loyalty_reservation_settled_at_fits",
                    ),
                ],
            },
        ),
    ]
