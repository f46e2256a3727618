"""What staff did with whole accounts, exports of one person's data, and how far old texts are erased."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0045_audit_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionProgress",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="export",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="saleor_loyalty.loyaltyaccount",
            ),
        ),
        migrations.AlterField(
            model_name="export",
            name="file_type",
            field=models.CharField(choices=[("CSV", "Csv"), ("JSON", "Json")], default="CSV", max_length=8),
        ),
        migrations.AlterField(
            model_name="export",
            name="kind",
            field=models.CharField(
                choices=[("LOG", "Log"), ("ACCOUNTS", "Accounts"), ("PERSON", "Person")], max_length=16
            ),
        ),
        migrations.CreateModel(
            name="AccountMerge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("points", models.PositiveIntegerField(default=0)),
                ("debt", models.PositiveIntegerField(default=0)),
                ("moved", models.JSONField(default=dict)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(max_length=64)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("points_returned", models.PositiveIntegerField(default=0)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by_kind", models.CharField(blank=True, default="", max_length=16)),
                ("undone_by_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_away",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ACCOUNT_FROZEN", "Account Frozen"),
                            ("ACCOUNT_UNFROZEN", "Account Unfrozen"),
                            ("ACCOUNT_CLOSED", "Account Closed"),
                            ("ACCOUNT_REOPENED", "Account Reopened"),
                            ("ACCOUNT_MERGED", "Account Merged"),
                            ("ACCOUNT_MERGE_UNDONE", "Account Merge Undone"),
                            ("ACCOUNT_ANONYMIZED", "Account Anonymized"),
                        ],
                        max_length=32,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="saleor_loyalty.accountmerge",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="accountmerge",
            constraint=models.UniqueConstraint(
                fields=("program", "idempotency_key"), name="loyalty_merge_once_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("source",), name="loyalty_merge_one_heir"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True), name="loyalty_merge_of_two_accounts"
            ),
        ),
        migrations.AddIndex(
            model_name="accountchange",
            index=models.Index(fields=["account", "-created_at", "-id"], name="loyalty_account_change_idx"),
        ),
    ]
