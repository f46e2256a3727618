"""What failed and is to be tried again; and what an event that waits is to be judged by. The new columns are constant
by default: no row is rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0055_retention_by_number")]

    operations = [
        migrations.CreateModel(
            name="FailedWork",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
                ("item_id", models.BigIntegerField()),
                ("failed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=["name", "item_id"], name="loyalty_failed_work_once"),
                ],
                "indexes": [
                    models.Index(fields=["name", "failed_at", "id"], name="loyalty_failed_work_idx"),
                ],
            },
        ),
        migrations.AddField(
            model_name="reportedevent",
            name="registered_before",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.AddField(
            model_name="reportedevent",
            name="came_before",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
