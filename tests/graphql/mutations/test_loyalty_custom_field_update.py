"""``loyaltyCustomFieldUpdate``."""

from __future__ import annotations

import pytest

from saleor_loyalty.cards import create_custom_field
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import FIELD_UPDATE, answer, assert_wrong_ids_are_refused, refused


@pytest.fixture
def size(program):
    return create_custom_field(program.pk, name="Size", type="CHOICE", options=["S", "M"], at=club.now())


@pytest.mark.parametrize(
    ("values", "name", "options"),
    [
        ({"name": "Shirt size"}, "Shirt size", ["S", "M"]),
        ({"options": ["M", "L"], "name": None}, "Size", ["M", "L"]),
        ({}, "Size", ["S", "M"]),
    ],
)
def test_what_is_given_changes(staff: Api, size, values: dict, name: str, options: list[str]):
    found = answer(staff, FIELD_UPDATE, id=gid("LoyaltyCustomField", size), input=values)["customField"]
    assert (found["key"], found["type"], found["name"], found["options"]) == ("size", "CHOICE", name, options)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": ""}, "name", "REQUIRED"),
        ({"name": "x" * 251}, "name", "INVALID"),
        ({"name": "company"}, "name", "ALREADY_EXISTS"),
        ({"options": []}, "options", "INVALID"),
        ({"options": ["a", "A"]}, "options", "INVALID"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, size, values: dict, field: str, code: str):
    found = refused(staff, FIELD_UPDATE, id=gid("LoyaltyCustomField", size), input=values)
    assert found == [(field, code, None)]


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, FIELD_UPDATE, "LoyaltyCustomField", input={"name": "x"})
