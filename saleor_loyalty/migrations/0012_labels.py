"""Labels of accounts, found by label and by account."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0011_search_of_guest_emails")]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("name", models.CharField(max_length=250)),
                ("key", models.CharField(max_length=100)),
                ("is_automatic", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("program"),
                        django.db.models.functions.text.Lower("name"),
                        name="loyalty_label_one_per_name",
                    ),
                    models.UniqueConstraint(fields=("program", "key"), name="loyalty_label_one_per_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountLabel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="label_assignments",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="saleor_loyalty.label",
                    ),
                ),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["label", "account"], name="loyalty_account_label_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "label"), name="loyalty_account_label_once")
                ],
            },
        ),
    ]
