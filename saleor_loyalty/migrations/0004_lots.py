"""Which credit's points paid which debit."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0003_transactions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "transaction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
                ("issued", models.PositiveIntegerField()),
                ("remaining", models.PositiveIntegerField()),
                ("available_at", models.DateTimeField(blank=True, null=True)),
                ("is_matured", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("remaining__gt", 0)),
                        fields=["account", "expires_at", "id"],
                        name="loyalty_lot_open_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("issued__gt", 0)), name="loyalty_lot_issued_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("remaining__lte", models.F("issued"))),
                        name="loyalty_lot_remaining_within_issued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="saleor_loyalty.lot"
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_uses",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
                ("points", models.IntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points", 0), _negated=True), name="loyalty_lot_use_moves_points"
                    )
                ],
            },
        ),
    ]
