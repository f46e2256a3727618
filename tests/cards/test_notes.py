"""Notes of staff about a customer."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, Note

from .builders import LATER, NOW, RIGHT_TO_LEFT, STAFF, everything_on_cards, note, refusal


def test_a_note_says_who_wrote_what_and_when(account):
    made = note(account, "Prefers tea.\nNo sugar.", type=" Phone call ", author=Actor("APP", 3))

    made.refresh_from_db()
    assert (made.account, made.type, made.text) == (account, "Phone call", "Prefers tea.\nNo sugar.")
    assert (made.author_kind, made.author_id, made.created_at, made.updated_at) == ("APP", 3, NOW, NOW)


def test_a_note_may_be_long_and_of_any_script(account):
    text = RIGHT_TO_LEFT + "ا" * (10_000 - len(RIGHT_TO_LEFT))
    made = note(account, text, type="ש" * 50)
    assert Note.objects.filter(pk=made.pk, text=text, type="ש" * 50).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "nul\x00"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"type": "x" * 51}, "type"),
        ({"type": "two\nlines"}, "type"),
        ({"idempotency_key": "k" * 251}, "idempotencyKey"),
    ],
)
def test_a_wrong_note_is_refused(account, values, field):
    made = note(account)

    assert refusal(lambda: note(account, **values)) == ("INVALID", field, "LoyaltyException")
    if field != "idempotencyKey":
        edited = lambda: cards.edit_note(made.pk, at=LATER, **values)  # noqa: E731
        assert refusal(edited) == ("INVALID", field, "LoyaltyException")


def test_a_customer_writes_no_notes(account):
    with pytest.raises(ValueError, match="customers write no notes"):
        note(account, author=Actor("CUSTOMER", 1))
    assert Note.objects.count() == 0


def test_a_note_without_account_is_refused(db):
    assert refusal(lambda: cards.add_note(0, text="x", author=STAFF, at=NOW)) == (
        "NOT_FOUND",
        "account",
        "AccountNotFound",
    )


@pytest.mark.parametrize("status", ["CLOSED", "ANONYMIZED"])
def test_a_closed_account_gets_no_note(account, status):
    LoyaltyAccount.objects.update(status=status)
    assert refusal(lambda: note(account)) == ("ACCOUNT_FROZEN", "account", "AccountClosed")


def test_the_same_request_adds_one_note_and_another_is_a_conflict(account, second):
    # given
    made = note(account, "Called us.", idempotency_key="k")
    cards.edit_note(made.pk, text="Called us twice.", at=LATER)

    # when / then
    again = note(account, "Called us.", idempotency_key="k", at=LATER)
    assert (again.pk, again.text) == (made.pk, "Called us twice.")
    for values in ({"text": "Wrote."}, {"type": "call"}, {"author": Actor("STAFF", 8)}):
        assert refusal(lambda values=values: note(account, **{"idempotency_key": "k", **values})) == (
            "IDEMPOTENCY_KEY_REUSED",
            "idempotencyKey",
            "IdempotencyConflict",
        )
    assert note(second, "Called us.", idempotency_key="k").pk != made.pk
    assert note(account).pk != note(account).pk


def test_editing_changes_what_is_given_and_keeps_the_author(account):
    # given
    made = note(account, "Called us.", type="call")

    # when
    cards.edit_note(made.pk, text="Wrote to us.", at=LATER)
    cards.edit_note(made.pk, type="", at=LATER)
    before = everything_on_cards()
    cards.edit_note(made.pk, text="Wrote to us.", type="", at=LATER.replace(year=2027))
    cards.edit_note(made.pk, at=LATER.replace(year=2027))

    # then
    assert everything_on_cards() == before
    made.refresh_from_db()
    assert (made.text, made.type, made.author_id) == ("Wrote to us.", "", 7)
    assert (made.created_at, made.updated_at) == (NOW, LATER)


def test_a_note_that_somebody_else_has_changed_meanwhile_is_not_overwritten(account):
    # given
    made = note(account, "Called us.")
    cards.edit_note(made.pk, text="Called us twice.", expected_updated_at=NOW, at=LATER)

    # when
    def late(text: str):
        return cards.edit_note(made.pk, text=text, expected_updated_at=NOW, at=LATER.replace(year=2027))

    # then
    assert refusal(lambda: late("Wrote.")) == ("STALE_REVISION", "expectedUpdatedAt", "NoteChanged")
    assert late("Called us twice.").updated_at == LATER


def test_deleting_a_note_deletes_it_alone(account):
    # given
    kept, gone = note(account), note(account)

    # when
    deleted = cards.delete_note(gone.pk)

    # then
    assert deleted.pk == gone.pk
    assert list(Note.objects.all()) == [kept]
    refused = ("NOT_FOUND", "note", "NoteNotFound")
    assert refusal(lambda: cards.delete_note(gone.pk)) == refused
    assert refusal(lambda: cards.edit_note(gone.pk, text="x", at=LATER)) == refused
