"""Staff who may work in some channels only."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SlugField(max_length=255), blank=True, null=True, size=None
            ),
        ),
    ]
