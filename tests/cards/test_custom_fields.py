"""Fields of cards: the ready-made ones and those that suit the business."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import connection

from saleor_loyalty import cards
from saleor_loyalty.models import CustomField

from .builders import LATER, NOW, card_of, everything_on_cards, field, fill, refusal


def test_a_program_starts_with_the_ready_made_fields(program):
    found = CustomField.objects.filter(program=program).order_by("pk")
    assert list(found.values_list("key", "name", "type", "is_ready_made", "archived_at")) == [
        ("company", "Company", "TEXT", True, None),
        ("position", "Position", "TEXT", True, None),
        ("phone", "Phone", "PHONE", True, None),
        ("email", "E-mail", "EMAIL", True, None),
        ("birthday", "Birthday", "DATE", True, None),
    ]
    cards.open_ready_made_fields(program.pk, at=LATER)
    assert found.count() == 5


def test_the_migration_gives_older_programs_the_same_fields(program):
    # given
    columns = ("program_id", "key", "name", "type", "options", "is_ready_made", "archived_at")
    expected = list(CustomField.objects.values_list(*columns))
    CustomField.objects.all().delete()
    migration = importlib.import_module("saleor_loyalty.migrations.0015_ready_made_fields")

    # when
    with connection.schema_editor() as editor:
        migration.open_fields(apps, editor)

    # then
    assert list(CustomField.objects.values_list(*columns)) == expected


def test_a_field_that_suits_the_business_is_added(program):
    made = field(program, " Dog's name ")

    made.refresh_from_db()
    assert (made.name, made.key, made.type, made.options) == ("Dog's name", "dog-s-name", "TEXT", [])
    assert (made.is_ready_made, made.archived_at, made.created_at) == (False, None, NOW)


def test_options_keep_their_order(program):
    assert field(program, "Size", "CHOICE", options=["L", " M ", "S"]).options == ["L", "M", "S"]


@pytest.mark.parametrize(
    ("values", "refused_field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 251}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"type_": "CHOICE"}, "options"),
        ({"type_": "CHOICE", "options": ["a"] * 101}, "options"),
        ({"type_": "CHOICE", "options": ["a", "A "]}, "options"),
        ({"type_": "CHOICE", "options": ["a", " "]}, "options"),
        ({"type_": "CHOICE", "options": ["x" * 251]}, "options"),
        ({"type_": "TEXT", "options": ["a"]}, "options"),
    ],
)
def test_a_wrong_definition_is_refused(program, values, refused_field):
    made = lambda: field(program, **{"name": "Size", **values})  # noqa: E731
    assert refusal(made) == ("INVALID", refused_field, "LoyaltyException")


@pytest.mark.parametrize("name", ["Company", "company", " BIRTHDAY"])
def test_a_name_is_there_once_in_whatever_case(program, name):
    size = field(program, "Size")
    refused = ("ALREADY_EXISTS", "name", "AlreadyExists")
    assert refusal(lambda: field(program, name)) == refused
    assert refusal(lambda: cards.update_custom_field(size.pk, name=name, at=LATER)) == refused


def test_a_program_has_a_hundred_fields_at_most(program):
    # given: the ready-made ones and 94 more
    CustomField.objects.bulk_create(
        CustomField(program=program, key=f"k{number}", name=f"N{number}", type="TEXT", created_at=NOW, updated_at=NOW)
        for number in range(94)
    )

    # when / then
    field(program, "The hundredth")
    assert refusal(lambda: field(program, "One more")) == ("LIMIT_REACHED", "program", "LimitReached")


def test_what_does_not_exist_is_refused(db):
    refused = ("NOT_FOUND", "customField", "CustomFieldNotFound")
    assert refusal(lambda: cards.update_custom_field(0, name="x", at=NOW)) == refused
    assert refusal(lambda: cards.archive_custom_field(0, at=NOW)) == refused
    assert refusal(lambda: cards.create_custom_field(0, name="x", type="TEXT", at=NOW)) == (
        "NOT_FOUND",
        "program",
        "ProgramNotFound",
    )
    with pytest.raises(ValueError, match="COLOUR"):
        cards.create_custom_field(0, name="x", type="COLOUR", at=NOW)


def test_a_field_is_renamed_and_gets_other_options_while_cards_keep_what_they_say(program, account):
    # given
    size = field(program, "Size", "CHOICE", options=["S", "M"])
    fill(account, (size, "S"))

    # when
    cards.update_custom_field(size.pk, name="Shirt size", options=["M", "L"], at=LATER)
    before = everything_on_cards()
    cards.update_custom_field(size.pk, name="Shirt size", options=["M", "L"], at=LATER.replace(year=2027))
    cards.update_custom_field(size.pk, at=LATER.replace(year=2027))

    # then
    assert everything_on_cards() == before
    size.refresh_from_db()
    assert (size.name, size.key, size.options, size.updated_at) == ("Shirt size", "size", ["M", "L"], LATER)
    assert card_of(account) == {"size": "S"}
    assert refusal(lambda: cards.update_custom_field(size.pk, options=[], at=LATER)) == (
        "INVALID",
        "options",
        "LoyaltyException",
    )


def test_a_field_is_archived_and_brought_back_with_what_cards_say(program, account):
    # given
    dog = field(program, "Dog")
    fill(account, (dog, "Rex"))

    # when / then
    cards.archive_custom_field(dog.pk, at=NOW)
    assert cards.archive_custom_field(dog.pk, at=LATER).archived_at == NOW
    assert refusal(lambda: fill(account, (dog, "Max"))) == ("INVALID", "values", "FieldValuesInvalid")
    assert cards.archive_custom_field(dog.pk, is_archived=False, at=LATER).archived_at is None
    assert card_of(account) == {"dog": "Rex"}
