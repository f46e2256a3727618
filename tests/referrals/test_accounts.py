"""Referrals when accounts change: erased, closed, merged."""

from __future__ import annotations

import pytest
from django.db import transaction

from saleor_loyalty.accounts import delete_card, erase_account
from saleor_loyalty.ledger import Actor
from saleor_loyalty.lock_objects import loyalty_account_qs_select_for_update
from saleor_loyalty.models import LoyaltyAccount, ReferralChange, ReferralCode
from saleor_loyalty.referrals import MovedReferrals, move_referrals, reject_referral
from tests import club

from .builders import DAY, buy, claim, deliver, everything, open_code, paid, states, sweep

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


def account_of(user) -> LoyaltyAccount:
    return LoyaltyAccount.objects.get(user=user)


def move(from_user, to_user, **values) -> MovedReferrals:
    pks = [account_of(from_user).pk, account_of(to_user).pk]
    with transaction.atomic():
        list(loyalty_account_qs_select_for_update().filter(pk__in=pks))
        return move_referrals(pks[0], to_account_id=pks[1], at=club.now(), **values)


@pytest.fixture
def compared(dana, noa, variant):
    """Noa's order was compared with what is known of Dana, and waits."""
    referral = claim(noa, open_code(dana, device="a phone"), device="another phone")
    deliver(buy(noa, variant))
    sweep(club.now())
    referral.refresh_from_db()
    assert (referral.state, len(referral.fingerprints["addresses"]), len(referral.device)) == ("WAITING", 1, 64)
    return referral


@pytest.mark.parametrize("who", ["dana", "noa"])
def test_erasing_either_customer_empties_digests_and_reasons(compared, dana, noa, who):
    # given
    reject_referral(compared.pk, reason="Noa is Dana.", actor=STAFF, at=club.now())
    user = {"dana": dana, "noa": noa}[who]

    # when
    for _ in range(2):
        erase_account(account_of(user).pk, at=club.now())

    # then
    compared.refresh_from_db()
    assert (compared.fingerprints, compared.device, compared.state) == (None, "", "REJECTED")
    assert set(ReferralChange.objects.values_list("reason", flat=True)) == {""}
    assert ReferralCode.objects.count() == (0 if who == "dana" else 1)


def test_a_deleted_card_takes_its_code_along_and_pays_the_other_one(compared, dana):
    # given
    delete_card(account_of(dana).pk, actor=STAFF, at=club.now())

    # when
    sweep(club.now() + 15 * DAY)

    # then
    assert ReferralCode.objects.count() == 0
    assert (states(), paid()) == (["CONFIRMED"], [("noa@example.com", 100)])


def test_a_merge_takes_code_and_referrals_along_and_back(compared, dana, program):
    # given
    omar = club.add_customer("omar@example.com")
    claim(club.add_customer("other@example.com"), open_code(omar))
    ReferralCode.objects.filter(account__user=omar).delete()
    before = everything()

    # when
    moved = move(dana, omar)

    # then
    assert moved == MovedReferrals(made=(compared.pk,), claimed=(), has_code=True)
    compared.refresh_from_db()
    assert (compared.referrer.user, ReferralCode.objects.get().account.user) == (omar, omar)
    assert move(dana, omar) == MovedReferrals()

    # when
    assert move(omar, dana, only=moved) == moved

    # then
    assert everything() == before


def test_who_was_invited_takes_that_along_unless_the_other_one_was_invited_too(compared, dana, noa, program):
    # given
    omar, rina = (club.add_customer(f"{name}@example.com") for name in ("omar", "rina"))
    open_code(rina)
    claim(omar, open_code(dana))

    # when
    moved = [move(noa, omar), move(noa, rina)]

    # then
    assert [part.claimed for part in moved] == [(), (compared.pk,)]
    compared.refresh_from_db()
    assert compared.referee.user == rina


def test_a_referral_between_two_accounts_of_one_person_ends(compared, dana, noa):
    # when
    moved = move(dana, noa)

    # then
    compared.refresh_from_db()
    assert (moved.made, compared.state, compared.end_reason) == ((), "CANCELED", "SAME_PERSON")
    assert (sweep(club.now() + 15 * DAY), paid()) == (0, [])


def test_the_other_way_round_too_and_what_was_paid_stays_paid(compared, dana, noa):
    # given
    sweep(club.now() + 15 * DAY)

    # when
    move(noa, dana)

    # then
    compared.refresh_from_db()
    assert (compared.state, compared.referee.user, len(paid())) == ("CONFIRMED", noa, 2)


def test_what_is_due_after_a_merge_is_paid_to_the_account_that_has_it_then(compared, dana, noa):
    # given
    omar = club.add_customer("omar@example.com")
    open_code(omar)

    # when
    move(dana, omar)
    sweep(club.now() + 15 * DAY)

    # then
    assert sorted(paid()) == [("noa@example.com", 100), ("omar@example.com", 200)]
