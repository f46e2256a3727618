"""Labels on accounts and off them, many at once."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import AccountLabel, LoyaltyAccount

from .builders import LATER, NOW, STAFF, assign, label, labels_of, refusal, unassign


def test_labels_are_put_on_accounts_once(program, account, second):
    # given
    vip, regulars = label(program, "VIP"), label(program, "Regulars")
    assert assign([account], [vip], actor=STAFF, at=NOW) == 1

    # when
    changed = assign([second, account, second], [regulars, vip, vip], actor=Actor("APP", 3), at=LATER)

    # then
    assert changed == 3
    assert [labels_of(account), labels_of(second)] == [["Regulars", "VIP"]] * 2
    first = AccountLabel.objects.get(account=account, label=vip)
    assert (first.actor_kind, first.actor_id, first.created_at) == ("STAFF", 7, NOW)
    last = AccountLabel.objects.get(account=second, label=vip)
    assert (last.actor_kind, last.actor_id, last.created_at) == ("APP", 3, LATER)
    assert assign([account, second], [vip, regulars]) == 0


def test_labels_are_taken_off_accounts(program, account, second):
    # given
    vip, regulars = label(program, "VIP"), label(program, "Regulars")
    assign([account, second], [vip, regulars])

    # when
    changed = unassign([account], [vip, regulars])

    # then
    assert changed == 2
    assert [labels_of(account), labels_of(second)] == [[], ["Regulars", "VIP"]]
    assert unassign([account], [vip, regulars]) == 0


def test_a_change_names_its_accounts_and_labels(program, account, second):
    vip = label(program, "VIP")
    change = cards.assign_labels([second.pk, account.pk], label_ids=[vip.pk], actor=STAFF, at=NOW)
    assert (change.accounts, change.labels, change.changed) == ((account, second), (vip,), 2)


@pytest.mark.parametrize(
    ("accounts", "labels", "field"),
    [([], [1], "accounts"), ([1], [], "labels"), ([1] * 101, [1], "accounts"), ([1], [1] * 21, "labels")],
)
def test_too_few_and_too_many_are_refused(db, accounts, labels, field):
    refused = ("INVALID", field, "LoyaltyException")
    assert refusal(lambda: cards.assign_labels(accounts, label_ids=labels, actor=STAFF, at=NOW)) == refused
    assert refusal(lambda: cards.unassign_labels(accounts, label_ids=labels, actor=STAFF, at=NOW)) == refused


def test_what_does_not_exist_is_refused_as_a_whole(program, account):
    vip = label(program, "VIP")
    for accounts, labels, refused in (
        ([account.pk, 0], [vip.pk], ("NOT_FOUND", "accounts", "AccountNotFound")),
        ([account.pk], [vip.pk, 0], ("NOT_FOUND", "labels", "LabelNotFound")),
    ):
        assert (
            refusal(lambda a=accounts, b=labels: cards.assign_labels(a, label_ids=b, actor=STAFF, at=NOW)) == refused
        )
        assert (
            refusal(lambda a=accounts, b=labels: cards.unassign_labels(a, label_ids=b, actor=STAFF, at=NOW)) == refused
        )


def test_different_programs_do_not_mix(program, other_program, account, foreign):
    vip, foreign_vip = label(program, "VIP"), label(other_program, "VIP")
    assert refusal(lambda: assign([account, foreign], [vip])) == ("INVALID", "accounts", "LoyaltyException")
    assert refusal(lambda: assign([account], [vip, foreign_vip])) == ("INVALID", "labels", "LoyaltyException")
    assert refusal(lambda: unassign([foreign], [vip])) == ("INVALID", "labels", "LoyaltyException")


@pytest.mark.parametrize("status", ["CLOSED", "ANONYMIZED"])
def test_a_closed_account_only_loses_labels(program, account, second, status):
    # given
    vip, regulars = label(program, "VIP"), label(program, "Regulars")
    assign([account], [vip])
    LoyaltyAccount.objects.filter(pk=account.pk).update(status=status)

    # when / then
    assert refusal(lambda: assign([second, account], [regulars])) == ("ACCOUNT_FROZEN", "accounts", "AccountClosed")
    assert unassign([account], [vip]) == 1


def test_a_frozen_account_has_a_card_as_before(program, account):
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN")
    assert assign([account], [label(program, "VIP")]) == 1


def test_the_number_of_statements_does_not_grow(program, account, second, django_assert_num_queries):
    vip, regulars = label(program, "VIP"), label(program, "Regulars")
    with django_assert_num_queries(7):  # with two for the atomic block
        assign([account], [vip])
    with django_assert_num_queries(7):
        assign([account, second], [vip, regulars])
