"""A guest's card goes along to the member's: what is new enough, and what the member's card does not have."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.errors import AccountClosed
from saleor_loyalty.models import CardChange, CustomField, LoyaltyAccount, Note, ReportedEvent

from .builders import LATER, NOW, assign, card_of, everything_on_cards, fill, label, labels_of, note


def move(guest, member, *, since=NOW) -> int:
    return cards.move_card(guest.pk, to_account_id=member.pk, since=since)


def report(account) -> ReportedEvent:
    return ReportedEvent.objects.create(
        program_id=account.program_id,
        account=account,
        name="FORM",
        idempotency_key=f"form {account.pk}",
        actor_kind="APP",
        occurred_at=NOW,
        created_at=NOW,
    )


def test_notes_labels_values_and_events_go_along(program, account, second):
    vip, company = label(program, "VIP"), CustomField.objects.get(program=program, key="company")
    assign([account], [vip])
    note(account)
    fill(account, (company, "Acme"))
    report(account)
    assert cards.has_card(account.pk, since=NOW)

    assert move(account, second) == 6  # and that the label and the field were changed

    assert (labels_of(second), card_of(second)["company"]) == (["VIP"], "Acme")
    assert {row.account_id for model in (Note, ReportedEvent, CardChange) for row in model.objects.all()} == {
        second.pk
    }
    assert not cards.has_card(account.pk, since=NOW)
    assert move(account, second) == 0


def test_what_is_older_stays(program, account, second):
    assign([account], [label(program, "VIP")])
    note(account)
    before = everything_on_cards()

    assert not cards.has_card(account.pk, since=LATER)
    assert move(account, second, since=LATER) == 0

    assert everything_on_cards() == before


def test_what_the_members_card_has_already_stays_as_it_is(program, account, second):
    vip, company = label(program, "VIP"), CustomField.objects.get(program=program, key="company")
    for one, name in ((account, "Acme"), (second, "Zenith")):
        assign([one], [vip])
        note(one, name, idempotency_key="call")
        fill(one, (company, name))

    move(account, second)

    assert (labels_of(second), card_of(second)["company"]) == (["VIP"], "Zenith")
    assert list(Note.objects.order_by("pk").values_list("account", "text")) == [
        (account.pk, "Acme"),
        (second.pk, "Zenith"),
    ]


def test_automatic_labels_stay_with_what_they_are_for(program, account, second):
    automatic = cards.open_automatic_label(program.pk, name="Gold", key="plan:gold", at=NOW)
    assign([account], [automatic])

    assert not cards.has_card(account.pk, since=NOW)
    move(account, second)

    assert (labels_of(account), labels_of(second)) == (["Gold"], [])


def test_a_closed_account_gets_nothing(program, account, second):
    note(account)
    LoyaltyAccount.objects.filter(pk=second.pk).update(status="CLOSED")
    before = everything_on_cards()

    with pytest.raises(AccountClosed):
        move(account, second)

    assert everything_on_cards() == before
