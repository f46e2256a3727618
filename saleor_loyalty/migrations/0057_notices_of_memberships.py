"""What customers were told of the days on which their memberships end."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0056_failed_work")]

    operations = [
        migrations.CreateModel(
            name="MembershipNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="saleor_loyalty.membership",
                    ),
                ),
                ("ends_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("membership", "ends_on", "days"), name="loyalty_membership_notice_once"
                    )
                ],
                "indexes": [
                    models.Index(condition=Q(sent_at__isnull=True), fields=["id"], name="loyalty_membership_unsent")
                ],
            },
        ),
    ]
