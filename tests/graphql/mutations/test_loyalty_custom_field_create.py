"""``loyaltyCustomFieldCreate``."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import CustomField
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import FIELD_CREATE, answer, refused


def test_a_field_is_added(staff: Api, program):
    values = {"name": "Size", "type": "CHOICE", "options": ["S", "M"]}
    field = answer(staff, FIELD_CREATE, input=values)["customField"]
    assert field == {
        "id": gid("LoyaltyCustomField", CustomField.objects.get(key="size", program=program)),
        "key": "size",
        "name": "Size",
        "type": "CHOICE",
        "options": ["S", "M"],
        "isReadyMade": False,
        "isArchived": False,
    }


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": " "}, "name", "REQUIRED"),
        ({"name": "x" * 251}, "name", "INVALID"),
        ({"name": "birthday"}, "name", "ALREADY_EXISTS"),
        ({"type": "CHOICE"}, "options", "INVALID"),
        ({"options": ["a"]}, "options", "INVALID"),
        ({"program": "garbage"}, "program", "INVALID"),
        ({"program": gid("LoyaltyProgram", 0)}, "program", "NOT_FOUND"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, program, values: dict, field: str, code: str):
    values = {"name": "Dog", "type": "TEXT", **values}
    assert refused(staff, FIELD_CREATE, input=values) == [(field, code, None)]
