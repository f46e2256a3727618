"""``loyaltyNoteDelete``."""

from __future__ import annotations

from saleor_loyalty.cards import add_note
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Note
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import NOTE_DELETE, answer, assert_wrong_ids_are_refused


def test_a_note_is_deleted(staff: Api, account):
    note = add_note(account.pk, text="Called us.", author=Actor("STAFF", staff.user.pk), at=club.now())
    found = answer(staff, NOTE_DELETE, id=gid("LoyaltyNote", note))["note"]
    assert (found["id"], found["text"]) == (gid("LoyaltyNote", note), "Called us.")
    assert Note.objects.count() == 0


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, NOTE_DELETE, "LoyaltyNote")
