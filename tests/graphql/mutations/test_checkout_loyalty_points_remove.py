"""``checkoutLoyaltyPointsRemove``."""

from __future__ import annotations

import pytest

from playground.models import Checkout
from saleor_loyalty.models import LoyaltyAccount, Reservation
from tests import club
from tests.graphql.api import Api, gid

REMOVE = """mutation($id: ID!) { checkoutLoyaltyPointsRemove(id: $id) {
    checkout { id totalPrice { gross { amount } } loyalty { applied { points } redemption { available } } }
    errors { field code message maxPoints minPoints }
} }"""


def test_the_points_are_free_again_and_the_total_is_whole(owner: Api, checkout: Checkout, account: LoyaltyAccount):
    # given
    club.apply(checkout, 800)

    # when
    answer = owner(REMOVE, id=gid("Checkout", checkout))["checkoutLoyaltyPointsRemove"]

    # then
    assert answer == {
        "checkout": {
            "id": gid("Checkout", checkout),
            "totalPrice": {"gross": {"amount": 430}},
            "loyalty": {"applied": None, "redemption": {"available": 1000}},
        },
        "errors": [],
    }
    assert Reservation.objects.get().status == "RELEASED"
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_removing_where_nothing_is_applied_changes_nothing(owner: Api, checkout: Checkout):
    before = club.everything_written()
    answer = owner(REMOVE, id=gid("Checkout", checkout))["checkoutLoyaltyPointsRemove"]
    assert (answer["checkout"]["id"], answer["errors"]) == (gid("Checkout", checkout), [])
    assert club.everything_written() == before


def test_anybody_else_gets_the_answer_of_an_unknown_checkout(
    anonymous: Api, stranger: Api, staff: Api, app: Api, owner: Api, checkout: Checkout
):
    # given
    club.apply(checkout, 800)
    unknown = owner(REMOVE, id=gid("Checkout", "8b0aee4c-60e5-4c1c-93f9-0d1f3c8ad000"))
    error = unknown["checkoutLoyaltyPointsRemove"]["errors"][0]
    assert (error["field"], error["code"]) == ("id", "NOT_FOUND")
    before = club.everything_written()

    # when / then
    for somebody in (anonymous, stranger, staff, app):
        assert somebody(REMOVE, id=gid("Checkout", checkout)) == unknown
    assert club.everything_written() == before


@pytest.mark.parametrize("checkout_id", ["", "garbage", "VXNlcjox"])
def test_a_malformed_or_foreign_id_is_refused(owner: Api, checkout_id: str):
    answer = owner(REMOVE, id=checkout_id)["checkoutLoyaltyPointsRemove"]
    assert answer["checkout"] is None
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [("id", "INVALID")]
