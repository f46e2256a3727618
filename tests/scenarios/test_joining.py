"""Stories of guests: what they earn is counted, waits, and is theirs once they have proved who they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import NOA, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

GUEST = "guest@example.com"
ACCOUNTS = """{ loyaltyAccounts(first: 10, sortBy: {field: CREATED, direction: ASC}) { edges { node {
    memberStatus email user { email } points { available pending balance earned } } } } }"""
MINE = "{ me { loyaltyAccount { points { available pending balance } } } }"


def seen_by_staff(shop: ShopDriver) -> list[tuple[str, str, int, int]]:
    """Return (whose, member status, available, pending) of each account that ever held points."""
    answer = shop.query(ACCOUNTS, by=STAFF)
    assert not answer.errors, answer.errors
    nodes = [edge["node"] for edge in answer.data["loyaltyAccounts"]["edges"]]
    return [
        (
            node["user"]["email"] if node["user"] else node["email"],
            node["memberStatus"],
            node["points"]["available"],
            node["points"]["pending"],
        )
        for node in nodes
    ]


def seen_by(shop: ShopDriver, email: str) -> Any:
    """Return the points that a customer sees; None without an account."""
    answer = shop.query(MINE, by=email)
    assert not answer.errors, answer.errors
    account = answer.data["me"]["loyaltyAccount"]
    return account and tuple(account["points"].values())


def buy_as_guest(shop: ShopDriver, lines: dict[str, int], *, email: str = GUEST) -> str:
    """Buy without logging in, and get it delivered."""
    checkout = shop.start_checkout(lines, by=None, email=email)
    outcome = shop.complete(checkout, by=None, is_paid=True)
    assert outcome.errors == ()
    assert outcome.order is not None
    shop.fulfill(outcome.order)
    return outcome.order


def test_points_of_a_guest_wait_for_whoever_confirms_the_address(shop: ShopDriver) -> None:
    # given
    open_club(shop, points=0)
    order = buy_as_guest(shop, {"EYELINER": 2}, email="Guest@Example.com")
    assert numbers(shop, order, by=STAFF) == (200, 0, 0, 0, 0)
    assert seen_by_staff(shop) == [(GUEST, "VISITOR", 0, 200)]

    # when: signed up, not confirmed
    shop.add_customer(GUEST, is_confirmed=False)
    shop.add_customer(NOA)

    # then: nobody but staff sees them
    assert (seen_by(shop, NOA), seen_by(shop, GUEST)) == (None, None)
    assert [shop.read_order(order, by=by) for by in (NOA, GUEST, None)] == [None, None, None]
    assert seen_by_staff(shop) == [(GUEST, "VISITOR", 0, 200)]

    # when
    shop.confirm_account(GUEST)

    # then
    assert seen_by(shop, GUEST) == (200, 0, 200)
    assert moves(shop, GUEST) == [("MERGE_IN", 200)]
    assert seen_by_staff(shop) == [(GUEST, "VISITOR", 0, 0), (GUEST, "MEMBER", 200, 0)]
    assert seen_by(shop, NOA) is None
    assert shop.audit_findings() == []


def test_the_joined_customer_spends_the_points(shop: ShopDriver) -> None:
    open_club(shop, points=0)
    buy_as_guest(shop, {"EYELINER": 2})
    shop.add_customer(GUEST, is_confirmed=False)
    shop.confirm_account(GUEST)

    checkout = shop.start_checkout({"EYELINER": 1}, by=GUEST)
    assert shop.apply_points(checkout, 200, by=GUEST).errors == ()
    assert shop.complete(checkout, by=GUEST, is_paid=True).errors == ()

    assert moves(shop, GUEST) == [("MERGE_IN", 200), ("REDEEM", -200)]
    assert shop.audit_findings() == []


def test_a_refund_after_joining_takes_back_from_the_member(shop: ShopDriver) -> None:
    open_club(shop, points=0)
    order = buy_as_guest(shop, {"EYELINER": 2})
    shop.add_customer(GUEST, is_confirmed=False)
    shop.confirm_account(GUEST)

    shop.refund_lines(order, {"EYELINER": 1})

    assert numbers(shop, order, by=STAFF) == (100, 0, 0, 100, 0)
    assert moves(shop, GUEST) == [("MERGE_IN", 200), ("REVERSE", -100)]
    assert seen_by(shop, GUEST) == (100, 0, 100)
    assert shop.audit_findings() == []


def test_points_of_before_the_confirmation_are_released(shop: ShopDriver) -> None:
    open_club(shop, points=0)
    shop.add_customer(GUEST, is_confirmed=False)
    checkout = shop.start_checkout({"EYELINER": 2}, by=GUEST)
    order = shop.complete(checkout, by=GUEST, is_paid=True).order
    assert order is not None
    shop.fulfill(order)
    assert seen_by_staff(shop) == [(GUEST, "PENDING", 0, 200)]

    shop.confirm_account(GUEST)

    assert seen_by_staff(shop) == [(GUEST, "MEMBER", 200, 0)]
    assert moves(shop, GUEST) == [("EARN", 200)]
    assert shop.audit_findings() == []
