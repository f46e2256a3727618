"""What two sessions at once may do with referrals; with real connections, threads and locks."""

from __future__ import annotations

import pytest
from django.db import transaction

from playground.models import Order
from saleor_loyalty.accounts import merge_accounts
from saleor_loyalty.errors import AlreadyExists
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, Referral, ReferralCode
from saleor_loyalty.referrals import approve_referral, reject_referral, step_referral
from saleor_loyalty.referrals.refusals import InvitedByClaimer, ReferralSettled
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

from .builders import DAY, buy, claim, deliver, history, open_code, paid, referral_rules, states, sweep

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("STAFF", 7)


@pytest.fixture
def due(referral, noa, variant):
    """The refund window of Noa's order is over at the moment that is returned, and nothing was paid yet."""
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    return at + 14 * DAY


def refund(order_id: str, *, at):
    """As the shop does it: the order's row is locked and changed, and settled in the same transaction."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order_id)
        Order.objects.filter(pk=order_id).update(refunded="100")
        club.settle(Order.objects.get(pk=order_id), at=at)


def test_two_sweeps_at_once_pay_once(referral, due):
    second_while_first_is_uncommitted(lambda: step_referral(referral.pk, at=due), lambda: sweep(due))

    assert paid() == [("dana@example.com", 200), ("noa@example.com", 100)]
    assert history(referral).count("CONFIRMED") == 1
    assert club.audit() == []


def test_many_sweeps_at_once_pay_once(referral, due):
    together(*[lambda: sweep(due)] * 4)

    assert (states(), len(paid())) == (["CONFIRMED"], 2)
    assert club.audit() == []


def test_a_refund_that_is_under_way_is_waited_for_and_pays_nobody(referral, due):
    order_id = Referral.objects.get().order_id

    second_while_first_is_uncommitted(lambda: refund(order_id, at=due), lambda: sweep(due))

    assert (states(), paid()) == (["CANCELED"], [])


def test_a_refund_while_it_is_paid_is_a_late_one(referral, due):
    order_id = Referral.objects.get().order_id

    second_while_first_is_uncommitted(lambda: step_referral(referral.pk, at=due), lambda: refund(order_id, at=due))

    assert (states(), len(paid())) == (["CONFIRMED"], 2)


def test_caps_hold_for_two_referrals_of_one_referrer_that_are_paid_at_once(dana, variant, program):
    # given
    club.publish(referral_rules(maxInAll=1))
    at = club.now()
    referrals = []
    for number in range(2):
        user = club.add_customer(f"friend{number}@example.com")
        referrals.append(claim(user, open_code(dana)))
        deliver(buy(user, variant, street=f"Street {number}"), at=at)
    sweep(at)

    # when
    due = at + 14 * DAY
    second_while_first_is_uncommitted(*[lambda pk=row.pk: step_referral(pk, at=due) for row in referrals])

    # then
    rows = Referral.objects.order_by("pk").values_list("referrer_points", "referee_points", "cap")
    assert list(rows) == [(200, 100, ""), (0, 100, "ALL")]


def test_of_two_codes_claimed_at_once_one_counts(dana, noa, variant):
    # given
    omar = club.add_customer("omar@example.com")
    codes = [open_code(dana).code, open_code(omar).code]

    # when
    first, second = second_while_first_is_uncommitted(*[lambda code=code: claim(noa, code) for code in codes])

    # then
    assert isinstance(second, AlreadyExists)
    assert Referral.objects.get().referrer_id == first.referrer_id


def merge(source, target):
    pks = {account.user_id: account.pk for account in LoyaltyAccount.objects.all()}
    return merge_accounts(
        pks[source.pk], target_id=pks[target.pk], idempotency_key="merge", actor=STAFF, at=club.now()
    )


@pytest.mark.parametrize("comes_first", ["merge", "claim"])
@pytest.mark.parametrize("is_target_older", [True, False])
def test_a_claim_while_the_codes_account_is_merged_is_of_the_account_that_has_it_then(
    dana, noa, program, comes_first, is_target_older
):
    # given
    omar = club.add_customer("omar@example.com")
    users = [omar, dana] if is_target_older else [dana, omar]
    codes = {user.email: open_code(user) for user in users}
    ReferralCode.objects.filter(account__user=omar).delete()
    acts = {"merge": lambda: merge(dana, omar), "claim": lambda: claim(noa, codes["dana@example.com"].code)}

    # when
    second_while_first_is_uncommitted(acts.pop(comes_first), *acts.values())

    # then
    assert Referral.objects.get().referrer.user == omar
    assert ReferralCode.objects.get().account.user == omar


def test_of_two_who_claim_each_others_codes_at_once_one_is_refused(dana, noa):
    # given
    codes = {user.pk: open_code(user).code for user in (dana, noa)}

    # when
    first, second = second_while_first_is_uncommitted(
        lambda: claim(noa, codes[dana.pk]), lambda: claim(dana, codes[noa.pk])
    )

    # then
    assert isinstance(second, InvitedByClaimer)
    assert Referral.objects.get() == first


def test_one_code_is_made_however_often_it_is_asked_for_at_once(dana):
    codes = {row.code for row in together(*[lambda: open_code(dana)] * 4)}

    assert codes == {ReferralCode.objects.get().code}


def test_of_a_yes_and_a_no_at_once_one_counts(referral, dana, noa, variant):
    # given
    buy(dana, variant, street="Same 1")
    order, at = buy(noa, variant, street="Same 1"), club.now()
    deliver(order, at=at)
    sweep(at)
    late = at + 20 * DAY

    # when
    _, second = second_while_first_is_uncommitted(
        lambda: reject_referral(referral.pk, reason="No.", actor=STAFF, at=late),
        lambda: approve_referral(referral.pk, actor=STAFF, at=late),
    )

    # then
    assert isinstance(second, ReferralSettled)
    assert (states(), paid()) == (["REJECTED"], [])


def test_customers_who_invited_in_a_chain_are_paid_side_by_side(variant, program):
    """Each is referrer of one and invited by another: the locks are taken in one order."""
    # given
    club.publish(referral_rules(newCustomersOnly=False))
    users = [club.add_customer(f"friend{number}@example.com") for number in range(4)]
    at = club.now()
    for referrer, referee in zip(users, [*users[1:], users[0]], strict=True):
        claim(referee, open_code(referrer))
    for number, user in enumerate(users):
        deliver(buy(user, variant, street=f"Street {number}"), at=at)
    sweep(at)

    # when
    due = at + 14 * DAY
    pks = Referral.objects.values_list("pk", flat=True)
    outcomes = together(*[lambda pk=pk: step_referral(pk, at=due) for pk in pks])

    # then
    assert [type(outcome) for outcome in outcomes] == [Referral] * 4
    assert states() == ["CONFIRMED"] * 4
    assert {club.points_of(user, at=due)[0] for user in users} == {300}
    assert club.audit() == []
