"""Orders remember whether a plan was among their lines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_loyalty", "0027_search_of_the_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderrecord",
            name="sells_memberships",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
