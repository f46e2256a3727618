"""Audits that were made or are under way, and what they found."""

import django.db.models.deletion
from django.db import migrations, models

ACTORS = [("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")]
STATUSES = [("RUNNING", "Running"), ("FINISHED", "Finished"), ("FAILED", "Failed")]
STAGES = [("ACCOUNTS", "Accounts"), ("RECORDS", "Records"), ("ORDERS", "Orders"), ("DONE", "Done")]


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0044_accounts_by_tier")]

    operations = [
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("status", models.CharField(choices=STATUSES, default="RUNNING", max_length=16)),
                ("stage", models.CharField(choices=STAGES, default="ACCOUNTS", max_length=16)),
                ("cursor", models.CharField(blank=True, default="", max_length=128)),
                ("orders_since", models.DateTimeField(blank=True, null=True)),
                ("accounts_done", models.PositiveBigIntegerField(default=0)),
                ("records_done", models.PositiveBigIntegerField(default=0)),
                ("orders_done", models.PositiveBigIntegerField(default=0)),
                ("findings_count", models.PositiveBigIntegerField(default=0)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("claim", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("actor_kind", models.CharField(choices=ACTORS, default="SYSTEM", max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("progressed_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("healing_at", models.DateTimeField(blank=True, null=True)),
                ("healed_at", models.DateTimeField(blank=True, null=True)),
                ("healed", models.PositiveIntegerField(default=0)),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="AuditFinding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="saleor_loyalty.auditrun",
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("account_id", models.BigIntegerField(blank=True, null=True)),
                ("transaction_id", models.BigIntegerField(blank=True, null=True)),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("message", models.TextField()),
                ("differences", models.PositiveBigIntegerField(default=1)),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.AddConstraint(
            model_name="auditrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "RUNNING")), fields=("program",), name="loyalty_audit_one_at_a_time"
            ),
        ),
    ]
