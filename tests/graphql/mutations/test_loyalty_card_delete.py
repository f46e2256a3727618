"""``loyaltyCardDelete``: what staff is told when it is refused, and what is left when it is done."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.authorization_timeline import CARD_DELETE


def delete(api: Api, account, **values):
    account = account if isinstance(account, str) else gid("LoyaltyAccount", account)
    return api(CARD_DELETE, accountId=account, **values)["loyaltyCardDelete"]


def test_the_reason_is_in_the_error(staff: Api, account, checkout):
    # given
    refused = delete(staff, account)
    assert refused["account"] is None
    assert refused["errors"] == [
        {
            "field": "forfeit",
            "code": "HAS_POINTS",
            "message": "The account has 1000 points available and 0 pending, and owes 0.",
        }
    ]
    club.apply(checkout, 500)
    [error] = delete(staff, account, forfeit=True)["errors"]
    assert (error["field"], error["code"]) == ("accountId", "POINTS_RESERVED")
    assert LoyaltyAccount.objects.get().status == "ACTIVE"


def test_a_card_is_deleted_and_what_it_cost_is_told(staff: Api, account):
    answer = delete(staff, account, forfeit=True)
    assert (answer["errors"], answer["forfeiture"]) == ([], {"pointsChange": -1000})
    assert (answer["account"]["status"], answer["account"]["closedAt"] is None) == ("CLOSED", False)
    again = delete(staff, account)
    assert (again["errors"], again["forfeiture"]) == ([], None)


def test_wrong_ids_are_refused(staff: Api, account):
    for wrong in ("garbage", gid("User", 1), gid("LoyaltyAccount", 10**30)):
        assert [error["code"] for error in delete(staff, wrong)["errors"]] == ["INVALID"]
    [error] = delete(staff, LoyaltyAccount(pk=0))["errors"]
    assert (error["field"], error["code"]) == ("accountId", "NOT_FOUND")
