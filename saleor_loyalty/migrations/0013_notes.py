"""Notes of staff about a customer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0012_labels")]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                ("type", models.CharField(blank=True, default="", max_length=50)),
                ("text", models.TextField()),
                ("author_kind", models.CharField(max_length=16)),
                ("author_id", models.BigIntegerField(blank=True, null=True)),
                ("idempotency_key", models.CharField(blank=True, default="", max_length=250)),
                ("request_hash", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["account", "-id"], name="loyalty_note_account_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        fields=("account", "idempotency_key"),
                        name="loyalty_note_once_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="loyalty_note_has_text"
                    ),
                ],
            },
        ),
    ]
