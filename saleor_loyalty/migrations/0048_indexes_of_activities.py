"""Find birthdays by month and day, and events that wait to be judged. Built while the shop goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Substr


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0047_activities")]

    operations = [
        AddIndexConcurrently(
            model_name="customfieldvalue",
            index=models.Index(models.F("field"), Substr("value", 6, 5), name="loyalty_field_value_day_idx"),
        ),
        AddIndexConcurrently(
            model_name="reportedevent",
            index=models.Index(
                condition=models.Q(("state", "WAITING")), fields=["id"], name="loyalty_reported_event_waiting"
            ),
        ),
    ]
