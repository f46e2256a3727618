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


def test_a_note_that_somebody_else_has_changed_is_not_overwritten(staff: Api, note):
    note_id, read_at = gid("LoyaltyNote", note), note.updated_at.isoformat()
    answer(staff, NOTE_UPDATE, id=note_id, input={"text": "First.", "expectedUpdatedAt": read_at})
    late = {"text": "Second.", "expectedUpdatedAt": read_at}
    assert refused(staff, NOTE_UPDATE, id=note_id, input=late) == [("expectedUpdatedAt", "STALE_REVISION", None)]
    naive = {"text": "Third.", "expectedUpdatedAt": "2026-01-01T00:00:00"}
    assert refused(staff, NOTE_UPDATE, id=note_id, input=naive) == [("expectedUpdatedAt", "INVALID", None)]


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, NOTE_UPDATE, "LoyaltyNote", input={"text": "x"})
