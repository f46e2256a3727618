"""What events earn: the receipt with the event, and what each rule gave to whom, of which caps are counted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0046_account_care")]

    operations = [
        migrations.AddField(
            model_name="reportedevent",
            name="state",
            field=models.CharField(
                choices=[("NONE", "None"), ("WAITING", "Waiting"), ("JUDGED", "Judged")],
                db_default="NONE",
                default="NONE",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="reportedevent", name="points", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.AddField(model_name="reportedevent", name="receipt", field=models.JSONField(blank=True, null=True)),
        migrations.AddField(
            model_name="reportedevent", name="program_version_id", field=models.BigIntegerField(blank=True, null=True)
        ),
        migrations.CreateModel(
            name="RuleEarning",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule_key", models.CharField(max_length=64)),
                ("points", models.IntegerField()),
                ("occurred_at", models.DateTimeField()),
                ("order_id", models.CharField(blank=True, default="", max_length=64)),
                ("reference_digest", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_earnings",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earnings",
                        to="saleor_loyalty.reportedevent",
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
                (
                    "transaction",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="saleor_loyalty.loyaltytransaction",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "rule_key", "occurred_at"], name="loyalty_rule_earning_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("event__isnull", False)),
                        fields=("event", "rule_key"),
                        name="loyalty_rule_earning_once_per_event",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=("order_id", "rule_key", "program"),
                        name="loyalty_rule_earning_once_per_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference_digest", ""), _negated=True),
                        fields=("program", "rule_key", "reference_digest"),
                        name="loyalty_rule_earning_once_per_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0)), name="loyalty_rule_earning_points_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event__isnull", False), ("order_id", "")),
                            models.Q(("event__isnull", True), models.Q(("order_id", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="loyalty_rule_earning_of_event_or_order",
                    ),
                ],
            },
        ),
    ]
