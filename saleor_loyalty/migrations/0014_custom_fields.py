"""Fields of customer cards and their values."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0013_notes")]

    operations = [
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custom_fields",
                        to="saleor_loyalty.loyaltyprogram",
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=250)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("TEXT", "Text"),
                            ("NUMBER", "Number"),
                            ("DATE", "Date"),
                            ("BOOLEAN", "Boolean"),
                            ("CHOICE", "Choice"),
                            ("EMAIL", "Email"),
                            ("PHONE", "Phone"),
                        ],
                        max_length=16,
                    ),
                ),
                ("options", models.JSONField(blank=True, default=list)),
                ("is_ready_made", models.BooleanField(default=False)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("program", "key"), name="loyalty_custom_field_one_per_key"),
                    models.UniqueConstraint(
                        models.F("program"),
                        django.db.models.functions.text.Lower("name"),
                        name="loyalty_custom_field_one_per_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomFieldValue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_values",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="saleor_loyalty.customfield",
                    ),
                ),
                ("value", models.TextField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("account", "field"), name="loyalty_custom_field_value_once"),
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        name="loyalty_custom_field_value_says_something",
                    ),
                ],
            },
        ),
    ]
