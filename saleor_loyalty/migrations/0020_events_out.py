"""Events out: the outbox, the endpoints that are told, and the deliveries between them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0019_program_pauses")]

    operations = [
        migrations.CreateModel(
            name="EventEndpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="event_endpoints",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("name", models.CharField(max_length=250)),
                ("url", models.CharField(max_length=2000)),
                ("secret", models.CharField(max_length=64)),
                ("previous_secret", models.CharField(blank=True, default="", max_length=64)),
                ("previous_secret_until", models.DateTimeField(blank=True, null=True)),
                (
                    "event_names",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("switched_off_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("created_by_kind", models.CharField(max_length=16)),
                ("created_by_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("payload", models.JSONField()),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["created_at"], name="loyalty_event_created_idx")],
            },
        ),
        migrations.CreateModel(
            name="EventDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="saleor_loyalty.outboxevent",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="saleor_loyalty.eventendpoint",
                    ),
                ),
                ("account_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("PENDING", "Pending"), ("DELIVERED", "Delivered"), ("FAILED", "Failed")],
                        default="PENDING",
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("claim", models.CharField(blank=True, default="", max_length=32)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("attempted_at", models.DateTimeField(blank=True, null=True)),
                ("response_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("event", "endpoint"), name="loyalty_delivery_once")],
                "indexes": [
                    models.Index(fields=["endpoint", "-id"], name="loyalty_delivery_endpoint_idx"),
                    models.Index(
                        condition=models.Q(("status", "PENDING")),
                        fields=["endpoint", "due_at"],
                        name="loyalty_delivery_due_idx",
                    ),
                    models.Index(
                        condition=models.Q(("status", "PENDING")),
                        fields=["endpoint", "account_id", "event"],
                        name="loyalty_delivery_order_idx",
                    ),
                    models.Index(
                        condition=models.Q(("status", "FAILED")),
                        fields=["endpoint", "id"],
                        name="loyalty_delivery_failed_idx",
                    ),
                    models.Index(
                        condition=models.Q(("status", "DELIVERED")),
                        fields=["delivered_at"],
                        name="loyalty_delivery_done_idx",
                    ),
                ],
            },
        ),
    ]
