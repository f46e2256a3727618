"""Points for many customers at once: batches and their rows; a transaction names the batch that posted it.

The column of the transactions is nullable and without a default: on a table of any size it is added at once.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0028_orders_that_sell_memberships"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("GIVE", "Give"), ("DEDUCT", "Deduct")], max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("READING", "Reading"),
                            ("JUDGING", "Judging"),
                            ("APPLYING", "Applying"),
                            ("REVERTING", "Reverting"),
                            ("DONE", "Done"),
                            ("REJECTED", "Rejected"),
                            ("FAILED", "Failed"),
                            ("CANCELED", "Canceled"),
                            ("REVERTED", "Reverted"),
                        ],
                        default="READING",
                        max_length=16,
                    ),
                ),
                (
                    "error_policy",
                    models.CharField(
                        choices=[
                            ("IGNORE_FAILED", "Ignore Failed"),
                            ("REJECT_EVERYTHING", "Reject Everything"),
                            ("REJECT_FAILED_ROWS", "Reject Failed Rows"),
                        ],
                        max_length=32,
                    ),
                ),
                ("is_dry_run", models.BooleanField(default=False)),
                ("points", models.IntegerField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                ("internal_note", models.TextField(blank=True)),
                (
                    "source",
                    models.CharField(
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
                            ("CUSTOM", "Custom"),
                        ],
                        max_length=16,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("selection", models.JSONField(blank=True, null=True)),
                ("file_name", models.CharField(blank=True, default="", max_length=255)),
                ("position", models.BigIntegerField(default=0)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(max_length=64)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        default="SYSTEM",
                        max_length=16,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "reverted_by_kind",
                    models.CharField(
                        blank=True,
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        default="",
                        max_length=16,
                    ),
                ),
                ("reverted_by_id", models.BigIntegerField(blank=True, null=True)),
                ("total", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("failed", models.IntegerField(default=0)),
                ("points_moved", models.BigIntegerField(default=0)),
                ("points_reverted", models.BigIntegerField(default=0)),
                ("points_unrecovered", models.BigIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("faults", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("progressed_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("reverted_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="BatchRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("identity_kind", models.CharField(max_length=32)),
                ("identity", models.CharField(blank=True, max_length=320)),
                ("target", models.CharField(blank=True, default="", max_length=340)),
                ("points", models.IntegerField(blank=True, null=True)),
                ("details", models.JSONField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("READ", "Read"),
                            ("READY", "Ready"),
                            ("DONE", "Done"),
                            ("FAILED", "Failed"),
                            ("REVERTED", "Reverted"),
                        ],
                        default="READ",
                        max_length=16,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("field", models.CharField(blank=True, default="", max_length=40)),
                ("message", models.CharField(blank=True, default="", max_length=500)),
                ("unrecovered", models.IntegerField(default=0)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="loyaltytransaction",
            name="batch_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="program",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="saleor_loyalty.loyaltyprogram",
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="account",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="saleor_loyalty.loyaltyaccount",
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="saleor_loyalty.batch",
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="reversal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="saleor_loyalty.loyaltytransaction",
            ),
        ),
        migrations.AddField(
            model_name="batchrow",
            name="transaction",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="saleor_loyalty.loyaltytransaction",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["program", "-id"], name="loyalty_batch_program_idx"),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("status__in", ["READING", "JUDGING", "APPLYING", "REVERTING"])),
                fields=["progressed_at"],
                name="loyalty_batch_running_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True), ("finished_at__isnull", False)),
                fields=["finished_at"],
                name="loyalty_batch_to_erase_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                fields=("program", "idempotency_key"), name="loyalty_batch_once_per_key"
            ),
        ),
        migrations.AddIndex(
            model_name="batchrow",
            index=models.Index(fields=["batch", "status", "number"], name="loyalty_batch_row_status_idx"),
        ),
        migrations.AddIndex(
            model_name="batchrow",
            index=models.Index(
                condition=models.Q(("target", ""), _negated=True),
                fields=["batch", "target"],
                name="loyalty_batch_row_target_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="loyalty_batch_row_number_unique"),
        ),
    ]
