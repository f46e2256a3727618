"""Stories of a customer who invites another one: both earn, if the order lasts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, NOA, ask, moves, open_club

pytestmark = pytest.mark.django_db(transaction=True)

REFERRAL = {"referrerPoints": 200, "refereePoints": 100, "minimumAmounts": {"USD": "50"}}
EARNS_NOTHING = {"points": 1, "amountStep": "100000"}
"""Orders earn nothing of their own: all points are the referral's."""
OWN = """account { claimedReferral { state points }
    referrals { claimed waiting confirmed ended points latest { state points } } }"""
INVITE = f"""mutation($channel: String!) {{ loyaltyReferralCodeCreate(channel: $channel) {{
    code {OWN} errors {{ field code message }} }} }}"""
CLAIM = f"""mutation($code: String!, $channel: String!) {{ loyaltyReferralClaim(code: $code, channel: $channel) {{
    {OWN} errors {{ field code message }} }} }}"""
IN_REVIEW = """{ loyaltyReferrals(first: 10, where: {state: [IN_REVIEW]}) { edges { node {
    id flags referrer { user { email } } referee { user { email } } } } } }"""
APPROVE = """mutation($id: ID!) { loyaltyReferralApprove(id: $id) {
    referral { state referrerPoints refereePoints } errors { field code message } } }"""
REJECT = """mutation($id: ID!) { loyaltyReferralReject(id: $id, reason: "The same household.") {
    referral { state } errors { field code message } } }"""


def open_shop(shop: ShopDriver, **referral: Any) -> str:
    """Publish the club, let Dana ask for a code, and return it. Noa is new."""
    open_club(shop, points=0, earning=EARNS_NOTHING, referral={**REFERRAL, **referral})
    shop.add_customer(NOA)
    return str(ask(shop, INVITE, by=DANA, channel=shop.channel)["code"])


def claim(shop: ShopDriver, code: str) -> None:
    ask(shop, CLAIM, by=NOA, code=code, channel=shop.channel)


def order(shop: ShopDriver, *, by: str, street: str, is_paid: bool = False) -> str:
    checkout = shop.start_checkout({"EYELINER": 1}, by=by, street=street)
    outcome = shop.complete(checkout, by=by, is_paid=is_paid)
    assert (outcome.errors, outcome.order is None) == ((), False)
    return outcome.order or ""


def seen(shop: ShopDriver) -> tuple[str, str]:
    """Return how Dana and Noa see the referral."""
    dana = ask(shop, INVITE, by=DANA, channel=shop.channel)["account"]
    noa = ask(shop, INVITE, by=NOA, channel=shop.channel)["account"]
    return dana["referrals"]["latest"][0]["state"], noa["claimedReferral"]["state"]


def test_both_earn_when_the_order_has_lasted(shop: ShopDriver):
    # given Noa enters Dana's code and orders
    claim(shop, open_shop(shop))
    assert seen(shop) == ("CLAIMED", "CLAIMED")
    bought = order(shop, by=NOA, street="Zielona 3")
    assert seen(shop) == ("WAITING", "WAITING")

    # when it is delivered, and the refund window passes
    shop.fulfill(bought)
    shop.step_referrals()
    shop.step_referrals(days=13)
    before = moves(shop, DANA), moves(shop, NOA)
    shop.step_referrals(days=15)
    shop.step_referrals(days=30)

    # then
    assert before == ([], [])
    assert (moves(shop, DANA), moves(shop, NOA)) == ([("EARN", 200)], [("EARN", 100)])
    assert seen(shop) == ("CONFIRMED", "CONFIRMED")
    assert shop.audit_findings() == []


def test_an_order_that_is_refunded_within_the_window_pays_nobody(shop: ShopDriver):
    # given
    claim(shop, open_shop(shop))
    bought = order(shop, by=NOA, street="Zielona 3", is_paid=True)
    shop.fulfill(bought)
    shop.step_referrals()

    # when
    shop.refund_lines(bought, {"EYELINER": 1})
    shop.step_referrals(days=15)

    # then
    assert (moves(shop, DANA), moves(shop, NOA), seen(shop)) == ([], [], ("ENDED", "ENDED"))


def test_the_same_address_is_looked_at_by_staff_and_paid_when_they_say_so(shop: ShopDriver):
    # given Dana has ordered to where Noa's order goes
    code = open_shop(shop)
    order(shop, by=DANA, street="Zielona 3")
    claim(shop, code)
    shop.fulfill(order(shop, by=NOA, street="ZIELONA 3 "))
    shop.step_referrals()
    assert seen(shop) == ("WAITING", "WAITING")

    # when
    [edge] = ask(shop, IN_REVIEW, by=STAFF)["edges"]
    found = edge["node"]
    shop.step_referrals(days=15)
    before = moves(shop, DANA)
    approved = ask(shop, APPROVE, by=STAFF, id=found["id"])["referral"]
    shop.step_referrals(days=15)

    # then
    assert found["flags"] == ["SAME_ADDRESS"]
    assert (found["referrer"]["user"]["email"], found["referee"]["user"]["email"]) == (DANA, NOA)
    assert (before, approved["state"]) == ([], "WAITING")
    assert (moves(shop, DANA), moves(shop, NOA)) == ([("EARN", 200)], [("EARN", 100)])


def test_what_staff_reject_pays_nobody_and_tells_nobody_why(shop: ShopDriver):
    # given
    code = open_shop(shop)
    order(shop, by=DANA, street="Zielona 3")
    claim(shop, code)
    shop.fulfill(order(shop, by=NOA, street="Zielona 3"))
    shop.step_referrals()

    # when
    [edge] = ask(shop, IN_REVIEW, by=STAFF)["edges"]
    ask(shop, REJECT, by=STAFF, id=edge["node"]["id"])
    shop.step_referrals(days=15)

    # then
    assert (moves(shop, DANA), moves(shop, NOA), seen(shop)) == ([], [], ("ENDED", "ENDED"))


def test_who_has_ordered_before_is_not_new(shop: ShopDriver):
    # given
    code = open_shop(shop)
    order(shop, by=NOA, street="Zielona 3")

    # when
    answer = shop.query(CLAIM, {"code": code, "channel": shop.channel}, by=NOA)

    # then
    assert answer.data is not None
    errors = answer.data["loyaltyReferralClaim"]["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [("code", "NOT_NEW_CUSTOMER")]
