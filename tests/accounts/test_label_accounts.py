"""Labels for all accounts that a filter means, a portion at a time."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import AccountFilter, LabelChoice
from saleor_loyalty.accounts.label_accounts import LabelledPortion, label_accounts
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import AccountLabel, LoyaltyAccount
from tests import club
from tests.cards.builders import STAFF, assign, label, refusal
from tests.ledger.connections import second_while_first_is_uncommitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(program) -> list[LoyaltyAccount]:
    return [open_account(program, email=f"guest{number}@example.com", at=club.now()) for number in range(7)]


def put(labels, where: AccountFilter, *, is_assigned: bool = True, **values) -> LabelledPortion:
    ids = [row.pk for row in labels]
    values = {"actor": STAFF, "at": club.now(), **values}
    return label_accounts(where, label_ids=ids, is_assigned=is_assigned, **values)


def having(row) -> list[int]:
    return list(AccountLabel.objects.filter(label=row).order_by("account").values_list("account", flat=True))


def everybody(program) -> AccountFilter:
    return AccountFilter(programs=(program.pk,))


def test_all_that_the_filter_means_get_them_a_portion_at_a_time(program, crowd):
    vip = label(program, "VIP")
    found, after = [], 0
    while after is not None:
        portion = put([vip], everybody(program), after_id=after, portion=3)
        found.append((portion.accounts, portion.changed))
        after = portion.last_id

    assert found == [(3, 3), (3, 3), (1, 1)]
    assert having(vip) == [account.pk for account in crowd]
    assert put([vip], everybody(program), portion=3) == LabelledPortion(accounts=3, changed=0, last_id=crowd[2].pk)


@pytest.mark.parametrize(("portion", "last"), [(6, 5), (7, None), (8, None)])
def test_the_last_portion_says_that_it_is_the_last(program, crowd, portion, last):
    done = put([label(program, "VIP")], everybody(program), portion=portion)

    assert done.last_id == (None if last is None else crowd[last].pk)


def test_more_than_a_hundred_are_done_in_one_call(program, django_assert_num_queries):
    for number in range(130):
        open_account(program, email=f"{number}@example.com", at=club.now())
    vip = label(program, "VIP")

    assert put([vip], everybody(program)) == LabelledPortion(accounts=130, changed=130, last_id=None)
    assert len(having(vip)) == 130


def test_those_who_have_a_label_get_another_and_lose_it_again(program, crowd):
    vip, regular = label(program, "VIP"), label(program, "Regular")
    assign(crowd[:5], [vip])
    vips = AccountFilter(labels=LabelChoice(eq=vip.pk))

    assert put([regular], vips, portion=2).changed == 2
    after = put([vip], vips, is_assigned=False, portion=2).last_id
    assert put([vip], vips, is_assigned=False, after_id=after, portion=2).last_id == crowd[3].pk
    assert (having(vip), having(regular)) == ([crowd[4].pk], [crowd[0].pk, crowd[1].pk])


def test_an_account_that_is_over_gets_none_and_loses_those_it_has(program, crowd):
    vip, regular = label(program, "VIP"), label(program, "Regular")
    assign(crowd, [regular])
    LoyaltyAccount.objects.filter(pk=crowd[0].pk).update(status="CLOSED")
    LoyaltyAccount.objects.filter(pk=crowd[1].pk).update(status="FROZEN")

    assert put([vip], everybody(program)).accounts == 6
    assert having(vip) == [account.pk for account in crowd[1:]]
    assert put([regular], everybody(program), is_assigned=False).changed == 7


def test_accounts_of_other_programs_are_not_meant(program, crowd):
    other = club.publish(slug="other", data=club.rules(listing={"channel": "eu", "key": "eu", "currency": "EUR"}))
    stranger = open_account(other, email="stranger@example.com", at=club.now())
    vip = label(program, "VIP")

    assert put([vip], AccountFilter(ids=(stranger.pk, crowd[0].pk))).accounts == 1
    assert having(vip) == [crowd[0].pk]


def test_what_is_wrong_with_the_labels_is_refused_and_nothing_is_written(program, crowd):
    other = club.publish(slug="other", data=club.rules(listing={"channel": "eu", "key": "eu", "currency": "EUR"}))
    vip, foreign = label(program, "VIP"), label(other, "VIP")
    nobody = AccountFilter(ids=())

    def act(labels):
        return lambda: label_accounts(nobody, label_ids=labels, is_assigned=True, actor=STAFF, at=club.now())

    assert refusal(act([])) == ("INVALID", "labels", "LoyaltyException")
    assert refusal(act([vip.pk] * 21)) == ("INVALID", "labels", "LoyaltyException")
    assert refusal(act([vip.pk, 0])) == ("NOT_FOUND", "labels", "LabelNotFound")
    assert refusal(act([vip.pk, foreign.pk])) == ("INVALID", "labels", "LoyaltyException")


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_closed_meanwhile_is_passed_over():
    club.open_channel()
    program = club.publish()
    accounts = [open_account(program, email=f"{number}@example.com", at=club.now()) for number in range(3)]
    vip = label(program, "VIP")

    def close() -> None:
        LoyaltyAccount.objects.filter(pk=accounts[1].pk).update(status="CLOSED")

    _, portion = second_while_first_is_uncommitted(close, lambda: put([vip], everybody(program)))

    assert (portion.accounts, portion.changed) == (3, 2)
    assert having(vip) == [accounts[0].pk, accounts[2].pk]
