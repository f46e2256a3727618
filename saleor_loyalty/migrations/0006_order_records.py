"""What the program remembers of an order."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0005_reservations"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_records",
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
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_records",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("order_id", models.CharField(max_length=64)),
                ("order_number", models.CharField(blank=True, default="", max_length=64)),
                ("channel_slug", models.CharField(max_length=255)),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("PENDING", "Pending"),
                            ("AWARDED", "Awarded"),
                            ("NOTHING", "Nothing"),
                            ("CANCELED", "Canceled"),
                        ],
                        default="WAITING",
                        max_length=16,
                    ),
                ),
                ("basket", models.JSONField(null=True)),
                ("customer", models.JSONField(null=True)),
                ("receipt", models.JSONField(null=True)),
                ("earnable", models.PositiveIntegerField(default=0)),
                ("awarded", models.PositiveIntegerField(default=0)),
                ("reversed", models.PositiveIntegerField(default=0)),
                ("unrecovered", models.PositiveIntegerField(default=0)),
                ("redeemed", models.PositiveIntegerField(default=0)),
                ("redeemed_value", models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ("redeemed_rows", models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ("redemption_receipt", models.JSONField(null=True)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("failure", models.TextField(blank=True, default="")),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["order_id"], name="loyalty_order_record_order_idx"),
                    models.Index(
                        condition=models.Q(("failed_at__isnull", False)),
                        fields=["failed_at"],
                        name="loyalty_order_record_fail_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("program", "order_id"), name="loyalty_order_record_one_per_order")
                ],
            },
        ),
    ]
