"""``loyaltyNoteUpdate``."""

from __future__ import annotations

import pytest

from saleor_loyalty.cards import add_note
from saleor_loyalty.ledger import Actor
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import NOTE_UPDATE, answer, assert_wrong_ids_are_refused, refused


@pytest.fixture
def note(account, app: Api):
    return add_note(account.pk, text="Called us.", type="call", author=Actor("APP", app.app.pk), at=club.now())


@pytest.mark.parametrize(
    ("values", "text", "type_"),
    [
        ({"text": "Wrote."}, "Wrote.", "call"),
        ({"type": ""}, "Called us.", None),
        ({"text": None, "type": "mail"}, "Called us.", "mail"),
        ({}, "Called us.", "call"),
    ],
)
def test_what_is_given_changes_and_the_author_stays(staff: Api, note, values: dict, text: str, type_: str | None):
    found = answer(staff, NOTE_UPDATE, id=gid("LoyaltyNote", note), input=values)["note"]
    assert (found["text"], found["type"], found["app"], found["user"]) == (text, type_, {"name": "CRM"}, None)
    note.refresh_from_db()
    assert (found["updatedAt"] == found["createdAt"]) is (values == {})


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"text": ""}, "text", "REQUIRED"),
        ({"text": "x" * 10_001}, "text", "INVALID"),
        ({"type": "x" * 51}, "type", "INVALID"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, note, values: dict, field: str, code: str):
    assert refused(staff, NOTE_UPDATE, id=gid("LoyaltyNote", note), input=values) == [(field, code, None)]


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, NOTE_UPDATE, "LoyaltyNote", input={"text": "x"})
