"""Exports with the parts of their files, and audiences."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0030_transactions_by_batch"),
    ]

    operations = [
        migrations.CreateModel(
            name="Audience",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=250)),
                ("filter", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("LOG", "Log"), ("ACCOUNTS", "Accounts")], max_length=16)),
                ("file_type", models.CharField(choices=[("CSV", "Csv")], default="CSV", max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("RUNNING", "Running"),
                            ("READY", "Ready"),
                            ("FAILED", "Failed"),
                            ("CANCELED", "Canceled"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="PENDING",
                        max_length=16,
                    ),
                ),
                ("filter", models.JSONField(blank=True, default=dict)),
                ("language_code", models.CharField(max_length=35)),
                ("time_zone", models.CharField(max_length=100)),
                ("with_customers", models.BooleanField(default=False)),
                ("last_id", models.BigIntegerField()),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("cursor", models.BigIntegerField(default=0)),
                ("rows_done", models.PositiveBigIntegerField(default=0)),
                ("rows_total", models.PositiveBigIntegerField(blank=True, null=True)),
                ("folder", models.CharField(max_length=64)),
                ("claim", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("SYSTEM", "System"), ("CUSTOMER", "Customer"), ("STAFF", "Staff"), ("APP", "App")],
                        default="SYSTEM",
                        max_length=16,
                    ),
                ),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("files_deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=250)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("is_written", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="audience",
            name="program",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="audiences",
                to="saleor_loyalty.loyaltyprogram",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="audience",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="saleor_loyalty.audience",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="saleor_loyalty.loyaltyprogram"
            ),
        ),
        migrations.AddField(
            model_name="exportpart",
            name="export",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="saleor_loyalty.export",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                models.F("program"),
                django.db.models.functions.text.Lower("name"),
                name="loyalty_audience_one_per_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="loyalty_audience_has_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("status__in", ["PENDING", "RUNNING"])),
                fields=["id"],
                name="loyalty_export_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("files_deleted_at__isnull", True), ("expires_at__isnull", False)),
                fields=["expires_at"],
                name="loyalty_export_expires_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "READY"), _negated=True), ("expires_at__isnull", False), _connector="OR"
                ),
                name="loyalty_export_ready_file_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="exportpart",
            index=models.Index(fields=["export", "number"], name="loyalty_export_part_idx"),
        ),
        migrations.AddConstraint(
            model_name="exportpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_written", True)), fields=("export", "number"), name="loyalty_export_part_once"
            ),
        ),
    ]
