"""How far old texts are erased, under a number of its own. What was there is done again, which changes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0054_events_by_account")]

    operations = [
        migrations.DeleteModel(name="RetentionProgress"),
        migrations.CreateModel(
            name="RetentionProgress",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("position", models.BigIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
            ],
            options={"ordering": ("pk",)},
        ),
    ]
