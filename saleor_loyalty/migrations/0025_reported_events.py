"""Events that apps and staff report about customers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0024_card_changes")]

    operations = [
        migrations.CreateModel(
            name="ReportedEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
                ("external_reference", models.CharField(blank=True, default="", max_length=250)),
                ("payload", models.JSONField(blank=True, null=True)),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(blank=True, max_length=64)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reported_events",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "-created_at", "-id"], name="loyalty_reported_event_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "idempotency_key"), name="loyalty_reported_event_once_per_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="loyalty_reported_event_has_name"
                    ),
                ],
            },
        ),
    ]
