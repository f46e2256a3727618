"""Whether a notice was sent, and how often that failed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0038_accounts_of_nobody")]

    operations = [
        migrations.AddField(
            model_name="expirynotice", name="sent_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="expirynotice",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="expirynotice",
            index=models.Index(condition=Q(sent_at__isnull=True), fields=["id"], name="loyalty_expiry_notice_unsent"),
        ),
    ]
