"""What looks alike is put before staff, never refused; what staff say counts once."""

from __future__ import annotations

import pytest

from playground.models import Order
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, Referral, ReferralChange
from saleor_loyalty.referrals import approve_referral, public_state_of, reject_referral
from saleor_loyalty.referrals.refusals import ReferralNotFound, ReferralSettled
from tests import club

from .builders import DAY, buy, claim, deliver, everything, history, open_code, paid, states, sweep

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


@pytest.fixture
def suspicious(referral, dana, noa, variant) -> tuple[Referral, object]:
    """Noa's order goes to where Dana's went; returns the referral and when it was delivered."""
    buy(dana, variant, street="Herzl 1")
    order, at = buy(noa, variant, street="  HERZL 1. "), club.now()
    deliver(order, at=at)
    sweep(at)
    referral.refresh_from_db()
    return referral, at


def test_the_same_address_is_put_before_staff_and_shown_as_waiting(suspicious):
    referral, at = suspicious
    assert (referral.state, referral.flags) == ("IN_REVIEW", ["SAME_ADDRESS"])
    assert public_state_of(referral, at=at) == "WAITING"
    assert (sweep(at + 100 * DAY), paid()) == (0, [])


def test_nothing_but_digests_is_kept(suspicious):
    referral, _ = suspicious
    assert [len(digest) for digest in referral.fingerprints["addresses"]] == [64]
    assert "herzl" not in str(everything()).lower()


def test_another_address_is_not_put_before_staff(referral, dana, noa, variant):
    # given
    buy(dana, variant)
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)

    # when
    sweep(at)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.flags, referral.checked_at) == ("WAITING", [], at)


def test_two_invited_by_the_same_customer_are_compared_with_each_other(referral, dana, noa, variant, program):
    # given
    omar = club.add_customer("omar@example.com")
    second = claim(omar, open_code(dana))
    at = club.now()
    for user in (noa, omar):
        deliver(buy(user, variant, street="Allenby 12"), at=at)

    # when
    sweep(at)

    # then
    second.refresh_from_db()
    assert (states(), second.flags) == (["WAITING", "IN_REVIEW"], ["SAME_ADDRESS"])


def test_who_was_rejected_once_is_known_again_by_the_next_account(referral, dana, noa, variant, program):
    # given Noa's order, and what is kept of it after staff's no
    at = club.now()
    deliver(buy(noa, variant, street="Allenby 12"), at=at)
    sweep(at)
    reject_referral(referral.pk, reason="No.", actor=STAFF, at=at)

    # when
    again = claim(club.add_customer("noa2@example.com"), open_code(dana), at=at)
    deliver(buy(again.referee.user, variant, street="Allenby 12"), at=at)
    sweep(at)

    # then
    again.refresh_from_db()
    assert (states(), again.flags) == (["REJECTED", "IN_REVIEW"], ["SAME_ADDRESS"])


@pytest.mark.parametrize(
    ("device", "state"), [("one phone", "IN_REVIEW"), ("another phone", "WAITING"), ("", "WAITING")]
)
def test_the_same_device_is_put_before_staff(dana, noa, variant, device, state):
    # given
    claim(noa, open_code(dana, device="one phone"), device=device)
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)

    # when
    sweep(at)

    # then
    assert states() == [state]


def test_a_frozen_account_is_put_before_staff_when_it_would_be_paid(referral, dana, noa, variant):
    # given
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    LoyaltyAccount.objects.filter(user=dana).update(status="FROZEN")

    # when
    sweep(at + 14 * DAY)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.flags, paid()) == ("IN_REVIEW", ["ACCOUNT_FROZEN"], [])


def test_approved_within_the_window_it_is_paid_when_the_window_is_over(suspicious):
    # given
    referral, at = suspicious

    # when
    approved = approve_referral(referral.pk, actor=STAFF, at=at + DAY)

    # then
    assert (approved.state, approved.approved_at, paid()) == ("WAITING", at + DAY, [])
    sweep(at + 14 * DAY)
    assert (states(), len(paid())) == (["CONFIRMED"], 2)
    assert history(referral) == ["CLAIMED", "QUALIFIED", "FLAGGED", "APPROVED", "CONFIRMED"]


def test_approved_after_the_window_it_is_paid_at_once(suspicious):
    # given
    referral, at = suspicious

    # when
    approved = approve_referral(referral.pk, actor=STAFF, at=at + 20 * DAY)

    # then
    assert (approved.state, len(paid())) == ("CONFIRMED", 2)


def test_what_was_approved_is_not_put_before_staff_again(suspicious, noa):
    # given
    referral, at = suspicious
    approve_referral(referral.pk, actor=STAFF, at=at)
    order = Order.objects.get(pk=referral.order_id)
    order.fulfillments.update(status="CANCELED")
    club.settle(order, at=at)

    # when
    deliver(order, at=at + DAY)
    sweep(at + DAY)

    # then
    assert states() == ["WAITING"]


def test_a_refund_ends_what_is_in_review(suspicious):
    # given
    referral, at = suspicious
    order = Order.objects.get(pk=referral.order_id)
    Order.objects.filter(pk=order.pk).update(refunded="100")

    # when
    club.settle(order, at=at + DAY)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.end_reason) == ("CANCELED", "REFUNDED")
    with pytest.raises(ReferralSettled):
        approve_referral(referral.pk, actor=STAFF, at=at + DAY)


def test_a_refund_without_a_hook_is_seen_when_staff_approve(suspicious):
    # given
    referral, at = suspicious
    Order.objects.filter(pk=referral.order_id).update(refunded="100")

    # when
    approved = approve_referral(referral.pk, actor=STAFF, at=at + 20 * DAY)

    # then
    assert (approved.state, paid()) == ("CANCELED", [])


def test_a_rejection_is_final_and_says_why_to_staff(suspicious):
    # given
    referral, at = suspicious

    # when
    rejected = reject_referral(referral.pk, reason=" The same person. ", actor=STAFF, at=at)

    # then
    assert (rejected.state, rejected.end_reason, rejected.ended_at) == ("REJECTED", "STAFF", at)
    change = ReferralChange.objects.get(type="REJECTED")
    assert (change.reason, change.actor_kind, change.actor_id) == ("The same person.", "STAFF", 7)
    for verb in (
        lambda: approve_referral(referral.pk, actor=STAFF, at=at),
        lambda: reject_referral(referral.pk, reason="Again", actor=STAFF, at=at),
    ):
        before = everything()
        with pytest.raises(ReferralSettled, match="REJECTED"):
            verb()
        assert everything() == before
    club.settle(Order.objects.get(pk=referral.order_id), at=at)
    assert (sweep(at + 100 * DAY), states(), paid()) == (0, ["REJECTED"], [])


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001, "a\x00b", "a\ud800"])
def test_a_rejection_needs_a_reason(suspicious, reason):
    # given
    referral, at = suspicious
    before = everything()

    # when / then
    with pytest.raises(LoyaltyException) as refused:
        reject_referral(referral.pk, reason=reason, actor=STAFF, at=at)
    assert refused.value.field == "reason"
    assert everything() == before


def test_only_what_is_in_review_is_approved_and_only_what_exists_is_decided(referral):
    # given
    before = everything()

    # when / then
    with pytest.raises(ReferralSettled, match="CLAIMED"):
        approve_referral(referral.pk, actor=STAFF, at=club.now())
    with pytest.raises(ReferralNotFound):
        approve_referral(0, actor=STAFF, at=club.now())
    with pytest.raises(ReferralNotFound):
        reject_referral(0, reason="No.", actor=STAFF, at=club.now())
    assert everything() == before


def test_what_was_paid_is_not_rejected(referral, noa, variant):
    # given
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    sweep(at + 14 * DAY)
    before = everything()

    # when / then
    with pytest.raises(ReferralSettled, match="CONFIRMED"):
        reject_referral(referral.pk, reason="Too late.", actor=STAFF, at=at + 15 * DAY)
    assert everything() == before
