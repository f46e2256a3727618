"""``loyaltyNoteAdd``."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import LoyaltyAccount, Note
from tests.cards.builders import RIGHT_TO_LEFT
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import NOTE_ADD, answer, refused


def test_staff_adds_a_note(staff: Api, account):
    values = {"account": gid("LoyaltyAccount", account), "text": "Prefers tea.\nNo sugar.", "type": "Visit"}
    note = answer(staff, NOTE_ADD, input=values)["note"]
    made = Note.objects.get()
    assert note == {
        "id": gid("LoyaltyNote", made),
        "type": "Visit",
        "text": "Prefers tea.\nNo sugar.",
        "user": {"email": "staff@example.com"},
        "app": None,
        "createdAt": made.created_at.isoformat(),
        "updatedAt": made.created_at.isoformat(),
    }
    assert made.account == account


def test_an_app_adds_a_note_in_its_own_name_and_the_type_may_be_left_out(app: Api, account):
    note = answer(app, NOTE_ADD, input={"account": gid("LoyaltyAccount", account), "text": "Wrote.", "type": None})
    assert (note["note"]["app"], note["note"]["user"], note["note"]["type"]) == ({"name": "CRM"}, None, None)


def test_a_customer_who_is_no_member_has_a_card_too(staff: Api, customer):
    answer(staff, NOTE_ADD, input={"user": gid("User", customer), "text": RIGHT_TO_LEFT})
    assert LoyaltyAccount.objects.get(user=customer).notes.get().text == RIGHT_TO_LEFT


def test_the_same_request_adds_one_note(staff: Api, account):
    values = {"account": gid("LoyaltyAccount", account), "text": "Wrote.", "idempotencyKey": "k"}
    assert answer(staff, NOTE_ADD, input=values) == answer(staff, NOTE_ADD, input=values)
    assert Note.objects.count() == 1
    found = refused(staff, NOTE_ADD, input={**values, "text": "Called."})
    assert found == [("idempotencyKey", "IDEMPOTENCY_KEY_REUSED", None)]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"text": " \n"}, "text", "REQUIRED"),
        ({"text": "x" * 10_001}, "text", "INVALID"),
        ({"text": "nul\x00"}, "text", "INVALID"),
        ({"type": "x" * 51}, "type", "INVALID"),
        ({"idempotencyKey": "k" * 251}, "idempotencyKey", "INVALID"),
        ({"account": "garbage"}, "account", "INVALID"),
        ({"account": gid("LoyaltyAccount", 0)}, "account", "NOT_FOUND"),
        ({"account": None}, "account", "REQUIRED"),
        ({"account": None, "user": gid("User", 0)}, "user", "NOT_FOUND"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, account, values: dict, field: str, code: str):
    values = {"account": gid("LoyaltyAccount", account), "text": "Wrote.", **values}
    assert refused(staff, NOTE_ADD, input=values) == [(field, code, None)]


def test_a_refusal_opens_no_account(staff: Api, customer):
    found = refused(staff, NOTE_ADD, input={"user": gid("User", customer), "text": "x" * 10_001})
    assert found == [("text", "INVALID", None)]


def test_a_closed_account_gets_no_note(staff: Api, account):
    LoyaltyAccount.objects.update(status="CLOSED")
    values = {"account": gid("LoyaltyAccount", account), "text": "Wrote."}
    assert refused(staff, NOTE_ADD, input=values) == [("account", "ACCOUNT_FROZEN", None)]
