"""``loyaltyCustomFieldArchive``."""

from __future__ import annotations

from saleor_loyalty.models import CustomField
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import FIELD_ARCHIVE, answer, assert_wrong_ids_are_refused


def test_a_field_is_archived_and_brought_back(staff: Api, program):
    company = gid("LoyaltyCustomField", CustomField.objects.get(program=program, key="company"))
    for arguments, is_archived in (({}, True), ({"isArchived": None}, True), ({"isArchived": False}, False)):
        found = answer(staff, FIELD_ARCHIVE, id=company, **arguments)["customField"]
        assert (found["key"], found["isArchived"]) == ("company", is_archived)


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, FIELD_ARCHIVE, "LoyaltyCustomField")
