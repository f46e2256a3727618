"""Stories of whole accounts: frozen, merged and made two again, closed, anonymized; and what is stored about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, NOA, buy, moves, open_club

pytestmark = pytest.mark.django_db(transaction=True)

ERRORS = "errors { field code }"


def ask(shop: ShopDriver, document: str, *, by: str = STAFF, **variables: Any) -> Mapping[str, Any]:
    """Return what the only field of the document answers."""
    answer = shop.query(document, variables, by=by)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    payload: Mapping[str, Any] = next(iter(answer.data.values()))
    return payload


def account_of(shop: ShopDriver, email: str) -> str:
    document = f'{{ me {{ loyaltyAccount(channel: "{shop.channel}") {{ id }} }} }}'
    found: str = ask(shop, document, by=email)["loyaltyAccount"]["id"]
    return found


def act(shop: ShopDriver, name: str, account: str, arguments: str = "") -> Mapping[str, Any]:
    document = f"mutation($id: ID!) {{ {name}(id: $id{arguments}) {{ account {{ id status }} {ERRORS} }} }}"
    answer = ask(shop, document, id=account)
    assert answer["errors"] == []
    return answer


MERGE = """mutation($source: ID!, $target: ID!, $dryRun: Boolean) {
    loyaltyAccountsMerge(sourceId: $source, targetId: $target, dryRun: $dryRun, idempotencyKey: "merge") {
        merge { id } preview { points ordersCount targetAfter { available } } errors { field code } } }"""
UNDO = """mutation($id: ID!) { loyaltyMergeUndo(id: $id) { preview { points pointsGone } errors { field code } } }"""


def test_a_frozen_customer_cannot_spend_but_still_earns(shop: ShopDriver):
    # given points in a cart
    open_club(shop)
    cart = shop.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    assert shop.apply_points(cart, 200, by=DANA).errors == ()

    # when
    account = account_of(shop, DANA)
    assert act(shop, "loyaltyAccountFreeze", account, ', reason: "A complaint."')["account"]["status"] == "FROZEN"

    # then the points are free, and cannot be applied anew
    state = shop.read_account(DANA)
    assert (state.available, state.reserved) == (1000, 0)
    assert shop.apply_points(cart, 200, by=DANA).codes == ("ACCOUNT_FROZEN",)
    assert shop.give_points(DANA, 5).codes == ("ACCOUNT_FROZEN",)

    # and an order without points earns
    shop.remove_points(cart, by=DANA)
    shop.fulfill(buy(shop, cart))
    assert moves(shop)[-1] == ("EARN", 250)
    act(shop, "loyaltyAccountUnfreeze", account)
    assert shop.give_points(DANA, 5).errors == ()
    assert shop.audit_findings() == []


def test_two_accounts_of_one_person_become_one_and_two_again(shop: ShopDriver):
    # given two customers, one of whom has an order
    open_club(shop)
    shop.add_customer(NOA)
    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=NOA), by=NOA)
    shop.fulfill(order)
    source, target = account_of(shop, NOA), account_of(shop, DANA)

    # when staff looks first
    preview = ask(shop, MERGE, source=source, target=target, dryRun=True)["preview"]
    assert preview == {"points": 100, "ordersCount": 1, "targetAfter": {"available": 1100}}
    assert shop.read_account(DANA).available == 1000

    # and then merges
    merged = ask(shop, MERGE, source=source, target=target)
    assert merged["errors"] == []
    assert (shop.read_account(DANA).available, shop.read_account(NOA).available) == (1100, 0)
    assert moves(shop, NOA)[-1] == ("MERGE_OUT", -100)

    # then a refund of the old order finds the points
    shop.refund_lines(order, {"EYELINER": 1})
    assert (moves(shop)[-1], shop.read_account(DANA).available) == (("REVERSE", -100), 1000)

    # and a new order of the merged customer earns for the other
    again = buy(shop, shop.start_checkout({"BRUSH": 1}, by=NOA), by=NOA)
    shop.fulfill(again)
    assert shop.read_account(DANA).available == 1050

    # when it is undone
    undone = ask(shop, UNDO, id=merged["merge"]["id"])
    assert undone == {"preview": {"points": 0, "pointsGone": 100}, "errors": []}
    assert (shop.read_account(DANA).available, shop.read_account(NOA).available) == (1050, 0)
    assert shop.give_points(NOA, 5).errors == ()
    assert shop.audit_findings() == []


def test_an_anonymized_customer_begins_anew(shop: ShopDriver):
    # given
    open_club(shop)
    old = account_of(shop, DANA)
    document = (
        """mutation($id: ID!) { loyaltyAccountAnonymize(id: $id) { account { status } errors { field code } } }"""
    )
    assert ask(shop, document, id=old)["errors"] == [{"field": "forfeit", "code": "HAS_POINTS"}]

    # when
    answer = act(shop, "loyaltyAccountAnonymize", old, ", forfeit: true")

    # then nobody owns it, and the next order opens a new one
    assert answer["account"]["status"] == "ANONYMIZED"
    shop.fulfill(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA)))
    assert account_of(shop, DANA) != old
    assert moves(shop) == [("EARN", 100)]
    assert shop.audit_findings() == []


def test_a_closed_customer_earns_nothing_until_the_account_is_opened_again(shop: ShopDriver):
    open_club(shop)
    account = account_of(shop, DANA)
    act(shop, "loyaltyAccountClose", account, ", forfeit: true")
    shop.fulfill(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA)))
    assert moves(shop) == [("GIVE", 1000), ("DEDUCT", -1000)]
    act(shop, "loyaltyAccountReopen", account)
    shop.fulfill(buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA)))
    assert moves(shop)[-1] == ("EARN", 50)
    assert shop.audit_findings() == []


def test_a_customer_asks_for_what_is_stored_and_nobody_else_can(shop: ShopDriver):
    open_club(shop)
    shop.add_customer(NOA)
    account = account_of(shop, DANA)
    request = """mutation($id: ID!) { loyaltyPersonalDataRequest(accountId: $id) {
        export { kind } errors { field code } } }"""
    assert ask(shop, request, by=DANA, id=account) == {"export": {"kind": "PERSON"}, "errors": []}
    refusal = [{"field": "accountId", "code": "NOT_FOUND"}]
    for other in (NOA, STAFF):
        assert ask(shop, request, by=other, id=account) == {"export": None, "errors": refusal}
