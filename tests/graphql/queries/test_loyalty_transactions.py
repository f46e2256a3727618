"""``loyaltyTransactions``: the points log of all accounts."""

from __future__ import annotations

from playground.models import Checkout
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid, nodes

LOG = """query($filter: LoyaltyTransactionFilterInput, $account: ID) {
    loyaltyTransactions(first: 100, filter: $filter, account: $account) { totalCount edges { node {
        type pointsChange pointsBalance reason internalNote idempotencyKey order { number } reverses { sequence }
        receipt { summary } account { user { email } } user { email } app { name } } } } }"""


def test_staff_reads_what_happened_to_whom_and_why(staff: Api, account: LoyaltyAccount, checkout: Checkout):
    # given
    club.apply(checkout, 800)
    order = club.complete(checkout)
    club.settle(order)
    club.fulfill(order)
    club.settle(order)

    # when
    log = staff(LOG)["loyaltyTransactions"]

    # then
    assert log["totalCount"] == 3
    earned, redeemed, given = nodes(log)
    assert earned == {
        "type": "EARN",
        "pointsChange": 320,
        "pointsBalance": 520,
        "reason": None,
        "internalNote": None,
        "idempotencyKey": f"order:{order.pk}:award:{order_revision(order)}",
        "order": {"number": order.number},
        "reverses": None,
        "receipt": {"summary": "320 points earned."},
        "account": {"user": {"email": "dana@example.com"}},
        "user": None,
        "app": None,
    }
    assert (redeemed["type"], redeemed["pointsChange"], redeemed["pointsBalance"]) == ("REDEEM", -800, 200)
    assert redeemed["receipt"] == {"summary": "800 points used."}
    assert (given["type"], given["reason"], given["internalNote"]) == ("GIVE", "Welcome", "called us")
    assert given["order"] is None


def order_revision(order) -> int:
    from saleor_loyalty.models import OrderRecord

    return OrderRecord.objects.get(order_id=str(order.pk)).revision


def test_the_log_is_filtered(staff: Api, account: LoyaltyAccount, stranger: Api):
    # given
    club.give(account.user, 5, source="VIP")

    def changes(**arguments):
        found = staff(LOG, **arguments)["loyaltyTransactions"]
        assert found["totalCount"] == len(found["edges"])
        return [node["pointsChange"] for node in nodes(found)]

    # when / then
    assert changes() == [5, 7, 1000]
    assert changes(filter={"source": ["VIP"]}) == [5]
    assert changes(filter={"type": ["REDEEM"]}) == []
    assert changes(account=gid("LoyaltyAccount", account)) == [5, 1000]
    assert changes(account="garbage") == []
    assert changes(account=None, filter=None) == [5, 7, 1000]


def test_the_order_is_for_who_manages_orders_or_owns_the_account(
    loyalty_only_staff: Api, owner: Api, account: LoyaltyAccount, checkout: Checkout
):
    # given
    club.apply(checkout, 800)
    order = club.complete(checkout)

    # when / then
    log = nodes(loyalty_only_staff(LOG)["loyaltyTransactions"])
    assert [(node["type"], node["order"]) for node in log] == [("REDEEM", None), ("GIVE", None)]
    own = owner("{ me { loyaltyAccount { transactions(first: 1) { edges { node { order { number } } } } } } }")
    assert nodes(own["me"]["loyaltyAccount"]["transactions"]) == [{"order": {"number": order.number}}]
