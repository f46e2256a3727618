"""What was sent to audiences, once for each key; when deleting an export's files last failed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0040_accounts_that_wait_for_joining")]

    operations = [
        migrations.CreateModel(
            name="AudienceSending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("idempotency_key", models.CharField(max_length=250)),
                ("request_hash", models.CharField(max_length=64)),
                ("accounts", models.PositiveBigIntegerField()),
                ("deliveries", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                (
                    "audience",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="saleor_loyalty.audience",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="saleor_loyalty.export",
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.AddConstraint(
            model_name="audiencesending",
            constraint=models.UniqueConstraint(
                fields=("audience", "idempotency_key"), name="loyalty_audience_sent_once"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="files_tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
