"""What was done to a card's labels and fields, when and by whom. What is on cards already counts as done then."""

import django.db.models.deletion
from django.db import migrations, models

PRESENT = """
INSERT INTO saleor_loyalty_cardchange (account_id, kind, name, actor_kind, actor_id, created_at)
SELECT assigned.account_id, 'LABEL_ASSIGNED', label.name, assigned.actor_kind, assigned.actor_id, assigned.created_at
FROM saleor_loyalty_accountlabel assigned JOIN saleor_loyalty_label label ON label.id = assigned.label_id
UNION ALL
SELECT value.account_id, 'FIELD_CHANGED', field.name, 'SYSTEM', NULL, value.updated_at
FROM saleor_loyalty_customfieldvalue value JOIN saleor_loyalty_customfield field ON field.id = value.field_id
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0023_find_cards_to_erase")]

    operations = [
        migrations.CreateModel(
            name="CardChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("LABEL_ASSIGNED", "Label Assigned"),
                            ("LABEL_UNASSIGNED", "Label Unassigned"),
                            ("FIELD_CHANGED", "Field Changed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=250)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_changes",
                        to="saleor_loyalty.loyaltyaccount",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["account", "-created_at", "-id"], name="loyalty_card_change_idx"),
                ],
            },
        ),
        migrations.RunSQL(PRESENT, migrations.RunSQL.noop),
    ]
