"""The ready-made fields of the programs that exist already; new programs are created with them."""

from django.db import migrations
from django.utils import timezone

READY_MADE = (
    ("company", "Company", "TEXT"),
    ("position", "Position", "TEXT"),
    ("phone", "Phone", "PHONE"),
    ("email", "E-mail", "EMAIL"),
    ("birthday", "Birthday", "DATE"),
)


def open_fields(apps, schema_editor):
    CustomField = apps.get_model("saleor_loyalty", "CustomField")
    programs = apps.get_model("saleor_loyalty", "LoyaltyProgram").objects.using(schema_editor.connection.alias)
    at = timezone.now()
    CustomField.objects.using(schema_editor.connection.alias).bulk_create(
        CustomField(program=program, key=key, name=name, type=type_, is_ready_made=True, created_at=at, updated_at=at)
        for program in programs.order_by("pk")
        for key, name, type_ in READY_MADE
    )


class Migration(migrations.Migration):
    dependencies = [("saleor_loyalty", "0014_custom_fields")]

    operations = [migrations.RunPython(open_fields, migrations.RunPython.noop)]
