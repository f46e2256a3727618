"""Referrals over GraphQL: inviting and claiming in the storefront, the list and the word of staff."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.models import LoyaltyAccount, Referral
from tests import club
from tests.referrals.builders import buy, claim, deliver, open_code, referral_rules, sweep

from .api import Api, gid, nodes
from .referral_documents import APPROVE, CLAIM, CODE_CREATE, LIST, MINE, REJECT, put_before_staff

NOBODY = {"claimed": 0, "waiting": 0, "confirmed": 0, "ended": 0, "points": 0, "latest": []}


@pytest.fixture
def program(db: None):
    club.open_channel()
    return club.publish(referral_rules(refundDays=0))


@pytest.fixture
def friend(program) -> Api:
    return Api(user=club.add_customer("friend@example.com"))


def states(asking: Api) -> tuple[str, str | None, int]:
    """Return what somebody sees of being invited, or of the latest whom they invited, and the points."""
    account = asking(MINE)["me"]["loyaltyAccount"]
    claimed, latest = account["claimedReferral"], account["referrals"]["latest"]
    seen = claimed or latest[0]
    return seen["state"], seen["confirmedAt"] and "then", seen["points"]


def test_a_customer_invites_and_another_one_claims(owner: Api, friend: Api, customer):
    # when
    made = owner(CODE_CREATE, channel="shop")["loyaltyReferralCodeCreate"]
    claimed = friend(CLAIM, channel="shop", code=made["code"].lower())["loyaltyReferralClaim"]

    # then
    assert (made["errors"], claimed["errors"]) == ([], [])
    assert made["account"] == {"referralCode": made["code"], "claimedReferral": None, "referrals": NOBODY}
    assert (len(made["code"]), made["code"][5]) == (11, "-")
    assert claimed["referral"] == {"state": "CLAIMED", "points": 0}
    assert claimed["account"]["claimedReferral"]["state"] == "CLAIMED"
    assert claimed["account"]["referralCode"] is None
    again = owner(CODE_CREATE, channel="shop")["loyaltyReferralCodeCreate"]
    assert again["code"] == made["code"]
    assert again["account"]["referrals"]["claimed"] == 1


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"code": "BCDFG-HJKMN"}, ("code", "NOT_FOUND")),
        ({"code": "x" * 5000}, ("code", "NOT_FOUND")),
        ({"channel": "elsewhere"}, (None, "PROGRAM_INACTIVE")),
    ],
)
def test_what_cannot_be_claimed_is_refused_by_its_code(owner: Api, friend: Api, customer, values, error):
    # given
    code = open_code(customer).code

    # when
    answer = friend(CLAIM, **{"code": code, "channel": "shop", **values})["loyaltyReferralClaim"]

    # then
    assert [(found["field"], found["code"]) for found in answer["errors"]] == [error]
    assert (answer["referral"], answer["account"], Referral.objects.count()) == (None, None, 0)


def test_each_refusal_has_its_code(owner: Api, friend: Api, customer, variant):
    code = open_code(customer).code

    def refused(asking: Api) -> list[str]:
        answer = asking(CLAIM, code=code, channel="shop")["loyaltyReferralClaim"]
        return [error["code"] for error in answer["errors"]]

    assert refused(owner) == ["INVALID"]
    inviting = Api(user=club.add_customer("inviting@example.com"))
    claim(customer, open_code(inviting.user))
    assert refused(inviting) == ["INVITED_BY_YOU"]
    buy(friend.user, variant)
    assert refused(friend) == ["NOT_NEW_CUSTOMER"]
    new = Api(user=club.add_customer("new@example.com", is_confirmed=False))
    assert refused(new) == ["NOT_A_MEMBER"]
    other = Api(user=club.add_customer("other@example.com"))
    claim(other.user, open_code(friend.user))
    assert refused(other) == ["ALREADY_EXISTS"]
    LoyaltyAccount.objects.filter(user=friend.user).update(status="FROZEN")
    assert refused(friend) == ["ACCOUNT_FROZEN"]


def test_customers_are_told_no_more_than_that_they_wait(owner: Api, friend: Api, customer, variant, staff: Api):
    # given
    referral = put_before_staff(friend.user, customer, variant, street="Herzl 1")
    assert referral.state == "IN_REVIEW"

    # then
    assert states(owner) == states(friend) == ("WAITING", None, 0)
    staff(REJECT, id=gid("LoyaltyReferral", referral), reason="The same person.")
    assert states(owner) == states(friend) == ("ENDED", None, 0)
    assert "same person" not in str(owner(MINE)) + str(friend(MINE))


def test_staff_find_what_is_to_be_looked_at_and_let_it_go_on(staff: Api, customer, friend: Api, variant):
    # given
    referral = put_before_staff(friend.user, customer, variant, street="Herzl 1")
    claim(club.add_customer("other@example.com"), open_code(customer))
    where = {"state": ["IN_REVIEW"], "flags": ["SAME_ADDRESS"]}

    # when
    found = nodes(staff(LIST, n=10, where=where)["loyaltyReferrals"])
    approved = staff(APPROVE, id=gid("LoyaltyReferral", referral))["loyaltyReferralApprove"]

    # then
    assert [(row["id"], row["flags"]) for row in found] == [(gid("LoyaltyReferral", referral), ["SAME_ADDRESS"])]
    assert (found[0]["referrer"]["user"]["email"], found[0]["referee"]["user"]["email"]) == (
        "dana@example.com",
        "friend@example.com",
    )
    assert found[0]["orderAmount"] == {"amount": 400.0, "currency": "ILS"}
    assert (approved["errors"], approved["referral"]["state"]) == ([], "CONFIRMED")
    assert (approved["referral"]["referrerPoints"], approved["referral"]["refereePoints"]) == (200, 100)
    history = [(row["type"], row["user"] and row["user"]["email"]) for row in approved["referral"]["history"]]
    assert history == [
        ("CLAIMED", None),
        ("QUALIFIED", None),
        ("FLAGGED", None),
        ("APPROVED", "staff@example.com"),
        ("CONFIRMED", None),
    ]
    again = staff(APPROVE, id=gid("LoyaltyReferral", referral))["loyaltyReferralApprove"]
    assert [(error["field"], error["code"]) for error in again["errors"]] == [("id", "INVALID")]


def test_the_list_is_filtered_and_sorted(staff: Api, customer, friend: Api, variant, program):
    # given one that lapsed, one that is claimed, and one that is paid
    code = open_code(customer)
    lapsed = claim(club.add_customer("lapsed@example.com"), code)
    Referral.objects.filter(pk=lapsed.pk).update(valid_until=club.now())
    claimed = claim(club.add_customer("claimed@example.com"), code)
    paid = claim(friend.user, code)
    deliver(buy(friend.user, variant))
    sweep(club.now())

    def found(sort_by=None, **where) -> list[int]:
        rows = nodes(staff(LIST, n=10, where=where, sortBy=sort_by)["loyaltyReferrals"])
        keys = {gid("LoyaltyReferral", row): row for row in (lapsed, claimed, paid)}
        return [keys[row["id"]] for row in rows]

    # then
    account = gid("LoyaltyAccount", paid.referee_id)
    referrer = gid("LoyaltyAccount", paid.referrer_id)
    assert found() == [paid, claimed, lapsed]
    assert found({"field": "CLAIMED_AT", "direction": "ASC"}) == [lapsed, claimed, paid]
    assert (found(state=["LAPSED"]), found(state=["CLAIMED"])) == ([lapsed], [claimed])
    assert found(state=["CONFIRMED", "LAPSED"]) == [paid, lapsed]
    assert (found(state=[]), found(flags=[])) == ([], [])
    assert (found(account=account), found(account=referrer)) == ([paid], [paid, claimed, lapsed])
    assert (found(referrer=referrer), found(referrer=account)) == ([paid, claimed, lapsed], [])
    assert (found(program=gid("LoyaltyProgram", program)), found(program="nonsense")) == ([paid, claimed, lapsed], [])


def test_a_list_takes_as_many_statements_for_one_row_as_for_twenty(staff: Api, customer, variant):
    # given
    code = open_code(customer)
    for number in range(20):
        user = club.add_customer(f"friend{number}@example.com")
        claim(user, code)
        open_code(user)
        deliver(buy(user, variant, street=f"Street {number}"))
    sweep(club.now())
    own = """query($n: Int) { loyaltyAccounts(first: $n) { edges { node { referralCode
        claimedReferral { state points } referrals { claimed points latest { state points } } } } } }"""

    def statements(document: str, number: int, asking: Api) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(nodes(next(iter(asking(document, n=number).values())))) == number
        return len(found)

    # then
    restricted = Api(
        user=User.objects.create_user(
            "shop@example.com", is_staff=True, permissions=staff.user.permissions, channels=["shop"]
        )
    )
    for asking in (staff, restricted):
        for document in (LIST, own):
            assert statements(document, 1, asking) == statements(document, 20, asking)


def test_what_happens_is_on_the_timelines_of_both(staff: Api, customer, friend: Api, variant):
    # given
    claim(friend.user, open_code(customer))
    document = """query($id: ID!) { loyaltyAccount(id: $id) {
        timeline(first: 10, types: [REFERRER, REFEREE]) { totalCount edges { node { type name } } } } }"""

    # then
    for user, side in ((customer, "REFERRER"), (friend.user, "REFEREE")):
        account = LoyaltyAccount.objects.get(user=user)
        timeline = staff(document, id=gid("LoyaltyAccount", account))["loyaltyAccount"]["timeline"]
        assert nodes(timeline) == [{"type": side, "name": "CLAIMED"}]


@pytest.mark.parametrize("document", [CODE_CREATE, CLAIM])
def test_apps_and_nobody_neither_invite_nor_claim(anonymous: Api, app: Api, program, document):
    for asking in (anonymous, app):
        answer = next(iter(asking(document, channel="shop", code="BCDFG-HJKMN").values()))
        assert [(error["field"], error["code"]) for error in answer["errors"]] == [("account", "NOT_FOUND")]
    assert LoyaltyAccount.objects.count() == 0
