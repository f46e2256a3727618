"""What customers were told of dates, and the dates that staff moved."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0035_lots_that_last_while_active")]

    operations = [
        migrations.CreateModel(
            name="ExpiryNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expiry_notices",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField()),
                ("points", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "expires_at", "days"), name="loyalty_expiry_notice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LotExtension",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lot_extensions",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="saleor_loyalty.lot",
                    ),
                ),
                ("before", models.DateTimeField()),
                ("after", models.DateTimeField(blank=True, null=True)),
                ("points", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=1_000)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(after__isnull=True) | Q(after__gt=F("before")),
                        name="loyalty_lot_extension_is_later",
                    )
                ],
            },
        ),
    ]
