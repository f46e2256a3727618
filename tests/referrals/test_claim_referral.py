"""Claiming a code: who may, who may not, and what whoever asks can learn from the answer."""

from __future__ import annotations

import pytest

from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    AlreadyExists,
    LoyaltyException,
    NotMember,
    ProgramInactive,
)
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount, Referral, ReferralChange, ReferralCode
from saleor_loyalty.programs import pause_program
from saleor_loyalty.referrals import format_code, state_of
from saleor_loyalty.referrals.codes import ALPHABET, CODE_LENGTH
from saleor_loyalty.referrals.refusals import InvitedByClaimer, NotNewCustomer, ReferralCodeNotFound
from tests import club

from .builders import DAY, buy, claim, everything, open_code, referral_rules

pytestmark = pytest.mark.django_db


def set_status(user, status: str) -> None:
    LoyaltyAccount.objects.filter(user=user).update(status=status)


def test_a_code_is_random_readable_and_does_not_change(dana, noa):
    # when
    first, again, other = open_code(dana), open_code(dana), open_code(noa)

    # then
    assert (first.pk, first.code) == (again.pk, again.code)
    assert first.code != other.code
    assert len(first.code) == CODE_LENGTH
    assert set(first.code + other.code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("AEIOU01L")
    assert format_code("BCDFGHJKMN") == "BCDFG-HJKMN"


def test_codes_are_drawn_anew_until_one_is_free(dana, noa, monkeypatch):
    # given
    taken = open_code(dana).code
    drawn = iter(taken + "2345678923")
    monkeypatch.setattr("saleor_loyalty.referrals.codes.secrets.choice", lambda _letters: next(drawn))

    # when / then
    assert open_code(noa).code == "2345678923"


@pytest.mark.parametrize("write", [str, str.lower, format_code, lambda code: f"  {code[:3]} {code[3:]} "])
def test_a_claim_is_noted_whatever_the_code_is_written_like(dana, noa, write):
    # given
    code, at = open_code(dana), club.now()

    # when
    referral = claim(noa, write(code.code), at=at)

    # then
    assert (referral.referrer.user, referral.referee.user, referral.state) == (dana, noa, "CLAIMED")
    assert (referral.claimed_at, referral.valid_until) == (at, at + 30 * DAY)
    [change] = ReferralChange.objects.values("type", "actor_kind", "actor_id", "reason")
    assert change == {"type": "CLAIMED", "actor_kind": "CUSTOMER", "actor_id": noa.pk, "reason": ""}
    assert state_of(referral, at=at + 30 * DAY) == "LAPSED"


def test_the_same_claim_again_is_the_same_referral(dana, noa):
    # given
    code = open_code(dana)
    first = claim(noa, code)
    before = everything()

    # when
    again = claim(noa, code)

    # then
    assert again.pk == first.pk
    assert everything() == before


@pytest.mark.parametrize("code", ["", "BCDFGHJKMN", "BCDFGHJKMN" * 10, "drop table", "\x00", "OOOOO-OOOOO"])
def test_an_unknown_code_is_refused(dana, noa, code):
    # given
    open_code(dana)
    before = everything()

    # when / then
    with pytest.raises(ReferralCodeNotFound):
        claim(noa, code)
    assert everything() == before


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED", "ANONYMIZED"])
def test_the_code_of_a_frozen_or_closed_account_answers_as_if_it_did_not_exist(dana, noa, status):
    # given
    code = open_code(dana)
    with pytest.raises(ReferralCodeNotFound) as unknown:
        claim(noa, "BCDFGHJKMN")
    set_status(dana, status)
    before = everything()

    # when
    with pytest.raises(ReferralCodeNotFound) as refused:
        claim(noa, code)

    # then
    assert (refused.value.message, refused.value.code, refused.value.field) == (
        unknown.value.message,
        unknown.value.code,
        unknown.value.field,
    )
    assert everything() == before


def test_ones_own_code_is_refused(dana):
    # given
    code = open_code(dana)
    before = everything()

    # when / then
    with pytest.raises(LoyaltyException, match="own code") as refused:
        claim(dana, code)
    assert (refused.value.code, refused.value.field) == ("INVALID", "code")
    assert everything() == before


def test_the_code_of_somebody_whom_one_invited_is_refused_whatever_became_of_that(dana, noa, referral):
    # given
    code = open_code(noa)

    # when / then
    for state in ("CLAIMED", "CANCELED"):
        Referral.objects.update(state=state, ended_at=club.now())
        before = everything()
        with pytest.raises(InvitedByClaimer) as refused:
            claim(dana, code)
        assert (refused.value.code, refused.value.field) == ("INVITED_BY_YOU", "code")
        assert everything() == before


def test_a_frozen_friends_code_does_not_tell_that_one_invited_them(dana, noa, referral):
    # given
    code = open_code(noa)
    set_status(noa, "FROZEN")

    # when / then
    with pytest.raises(ReferralCodeNotFound):
        claim(dana, code)


def test_who_was_invited_once_is_not_invited_again(dana, noa, program):
    # given
    omar = club.add_customer("omar@example.com")
    claim(noa, open_code(dana))
    codes = [open_code(omar).code, "BCDFGHJKMN"]
    before = everything()

    # when / then
    for code in codes:  # the answer does not tell whether the other code exists
        with pytest.raises(AlreadyExists):
            claim(noa, code)
    assert everything() == before


def test_who_has_ordered_is_not_new(dana, noa, variant):
    # given
    code = open_code(dana)
    buy(noa, variant)
    before = everything()

    # when / then
    for text in (code.code, "BCDFGHJKMN"):
        with pytest.raises(NotNewCustomer):
            claim(noa, text)
    assert everything() == before


def test_who_has_ordered_as_a_guest_is_not_new(dana, noa, variant):
    # given
    club.order_of(None, variant, email="NOA@example.com")

    # when / then
    with pytest.raises(NotNewCustomer):
        claim(noa, open_code(dana))


def test_an_order_that_was_cancelled_is_none(dana, noa, variant):
    # given
    club.order_of(noa, variant, status="CANCELED")

    # when / then
    assert claim(noa, open_code(dana)).state == "CLAIMED"


def test_a_program_may_let_earlier_customers_in(dana, noa, variant):
    # given
    club.publish(referral_rules(newCustomersOnly=False))
    buy(noa, variant)

    # when / then
    assert claim(noa, open_code(dana)).state == "CLAIMED"


def test_who_has_not_confirmed_the_address_cannot_claim(dana, program):
    # given
    new = club.add_customer("new@example.com", is_confirmed=False)
    code = open_code(dana)
    before = everything()

    # when / then
    with pytest.raises(NotMember):
        claim(new, code)
    assert everything() == before


@pytest.mark.parametrize(("status", "error"), [("FROZEN", AccountFrozen), ("CLOSED", AccountClosed)])
def test_a_frozen_or_closed_customer_neither_claims_nor_invites(dana, noa, status, error):
    # given
    code = open_code(dana)
    open_account(code.program, user_id=noa.pk, at=club.now())
    set_status(noa, status)
    before = everything()

    # when / then
    with pytest.raises(error):
        claim(noa, code)
    with pytest.raises(error):
        open_code(noa)
    assert everything() == before


@pytest.mark.parametrize(
    "rules",
    [
        club.rules(),
        referral_rules(startsAt="2999-01-01T00:00:00+00:00"),
        referral_rules(endsAt="2020-01-01T00:00:00+00:00"),
    ],
)
def test_nothing_is_claimed_where_nothing_is_to_be_had(dana, noa, rules):
    # given
    code = open_code(dana)
    club.publish(rules)
    before = everything()

    # when / then
    for call in (lambda: claim(noa, code), lambda: claim(noa, "BCDFGHJKMN"), lambda: open_code(noa)):
        with pytest.raises(ProgramInactive):
            call()
    assert everything() == before


def test_a_paused_program_takes_no_claims(dana, noa, program):
    # given
    code = open_code(dana)
    pause_program(program.pk, at=club.now())

    # when / then
    with pytest.raises(ProgramInactive):
        claim(noa, code)
    assert Referral.objects.count() == 0


def test_devices_are_kept_as_digests_alone(dana, noa):
    # when
    claim(noa, open_code(dana, device="dana's phone"), device="noa's phone")

    # then
    stored = [ReferralCode.objects.get().device, Referral.objects.get().device]
    assert [len(digest) for digest in stored] == [64, 64]
    assert "phone" not in str(everything())
