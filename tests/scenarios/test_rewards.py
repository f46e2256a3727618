"""Stories of what points buy from the catalogue: taking, using, giving back, and who may not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION
from tests.scenarios.reward_documents import (
    CATALOGUE,
    CREATE,
    GIVE_BACK,
    ISSUES,
    MARK,
    REDEEM,
    mine,
    redeem,
    reverse,
    send,
)
from tests.scenarios.stories import DANA, NOA, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)


def open_catalogue(shop, **voucher) -> None:
    ten_off = {
        "key": "ten-off",
        "type": "VOUCHER",
        "name": "10 off",
        "translations": {"it": {"name": "10 in meno"}},
        "requiredPoints": 100,
        "voucher": {"amounts": {shop.channel: "10"}},
        **voucher,
    }
    party = {"key": "party", "type": "EVENT_ACCESS", "name": "Party", "requiredPoints": 1500, "accessText": "Friday"}
    open_club(shop, rewards=[ten_off, party])
    shop.add_customer(NOA)


def take(shop, **values):
    payload = redeem(shop, "ten-off", by=DANA, channel=shop.channel, **values)
    assert payload["errors"] == []
    return payload["rewardIssue"]


def test_the_catalogue_says_what_is_missing_for_me_in_my_language(shop):
    open_catalogue(shop)

    answer = shop.query(CATALOGUE, {"channel": shop.channel, "language": "IT"}, by=DANA)

    ten_off, party = answer.data["loyaltyRewards"]
    assert ten_off["reward"] == {"key": "ten-off", "name": "10 in meno", "requiredPoints": 100}
    assert (ten_off["isAvailable"], ten_off["reason"], ten_off["missingPoints"]) == (True, None, 0)
    assert (party["isAvailable"], party["reason"], party["missingPoints"]) == (False, "INSUFFICIENT_POINTS", 500)
    assert party["message"] == "Ti mancano 500 punti per questo premio."
    anonymous = shop.query(CATALOGUE, {"channel": shop.channel, "language": None}, by=None)
    assert [offer["reason"] for offer in anonymous.data["loyaltyRewards"]] == ["NOT_A_MEMBER", "NOT_A_MEMBER"]
    elsewhere = shop.query(CATALOGUE, {"channel": "elsewhere", "language": None}, by=None)
    assert elsewhere.data["loyaltyRewards"] == []


def test_a_voucher_is_taken_used_in_an_order_and_used_up(shop):
    # given
    open_catalogue(shop)
    reward = take(shop)
    assert (reward["status"], reward["points"]) == ("ISSUED", 100)
    assert shop.read_account(DANA).available == 900

    # when
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.add_promo_code(checkout, reward["code"], by=DANA).errors == ()
    assert shop.read_checkout(checkout, by=DANA).total == Decimal("100.00")
    order = buy(shop, checkout)

    # then
    (had,) = mine(shop, by=DANA)
    assert (had["status"], had["order"], had["isReversible"]) == ("USED", {"id": order}, False)
    # The club's earning rule counts no lines on coupons.
    assert numbers(shop, order) == (0, 0, 0, 0, 0)
    again = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.add_promo_code(again, reward["code"], by=DANA).errors != ()
    assert reverse(shop, had["id"])["errors"] == [{"field": "id", "code": "REWARD_USED"}]
    assert shop.read_account(DANA).available == 900
    assert shop.audit_findings() == []


def test_a_stranger_with_the_code_cannot_use_it_and_its_owner_still_can(shop):
    # given
    open_catalogue(shop)
    code = take(shop)["code"]

    # when
    foreign = shop.start_checkout({"EYELINER": 1}, by=NOA)
    shop.add_promo_code(foreign, code, by=NOA)
    refused = shop.complete(foreign, by=NOA, is_paid=True)

    # then
    assert refused.order is None
    assert refused.codes in (("VOUCHER_NOT_APPLICABLE",), ("REWARD_NOT_YOURS",))
    assert [had["status"] for had in mine(shop, by=DANA)] == ["ISSUED"]
    own = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.add_promo_code(own, code, by=DANA).errors == ()
    buy(shop, own)
    assert [had["status"] for had in mine(shop, by=DANA)] == ["USED"]


def test_a_guest_with_the_code_cannot_use_it(shop):
    open_catalogue(shop)
    code = take(shop)["code"]
    checkout = shop.start_checkout({"EYELINER": 1}, by=None, email="guest@example.com")
    shop.add_promo_code(checkout, code, by=None)

    refused = shop.complete(checkout, by=None, is_paid=True)

    assert refused.order is None
    assert [had["status"] for had in mine(shop, by=DANA)] == ["ISSUED"]


def test_staff_take_an_unused_reward_back_and_its_code_is_dead(shop):
    open_catalogue(shop)
    reward = take(shop)

    answer = reverse(shop, reward["id"])

    assert answer == {"rewardIssue": {"status": "REVERSED", "returnTransaction": {"pointsChange": 100}}, "errors": []}
    assert reverse(shop, reward["id"])["errors"] == []
    assert shop.read_account(DANA).available == 1000
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -100), ("RETURN", 100)]
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.add_promo_code(checkout, reward["code"], by=DANA).errors != ()
    assert shop.audit_findings() == []


def test_customers_give_back_what_the_rules_let_them_and_only_their_own(shop):
    open_catalogue(shop, reversibleByCustomer=True)
    reward = take(shop)
    assert mine(shop, by=DANA)[0]["isReversible"] is True

    foreign = send(shop, GIVE_BACK, by=NOA, id=reward["id"])
    own = send(shop, GIVE_BACK, by=DANA, id=reward["id"])

    assert foreign["errors"] == [{"field": "id", "code": "NOT_FOUND"}]
    assert own == {"rewardIssue": {"status": "REVERSED"}, "errors": []}
    assert shop.read_account(DANA).available == 1000


def test_what_the_rules_do_not_let_customers_give_back_stays(shop):
    open_catalogue(shop)
    reward = take(shop)

    assert send(shop, GIVE_BACK, by=DANA, id=reward["id"])["errors"] == [{"field": "id", "code": "INVALID"}]

    assert [had["status"] for had in mine(shop, by=DANA)] == ["ISSUED"]
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -100)]


def test_an_order_that_is_cancelled_gives_the_voucher_back_to_its_customer(shop):
    open_catalogue(shop)
    code = take(shop)["code"]
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    shop.add_promo_code(checkout, code, by=DANA)
    order = shop.complete(checkout, by=DANA).order
    assert [had["status"] for had in mine(shop, by=DANA)] == ["USED"]

    shop.cancel_order(order)

    assert [(had["status"], had["order"]) for had in mine(shop, by=DANA)] == [("ISSUED", None)]
    again = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.add_promo_code(again, code, by=DANA).errors == ()
    buy(shop, again)
    assert [had["status"] for had in mine(shop, by=DANA)] == ["USED"]


def test_a_repeated_request_buys_once_and_what_is_too_dear_buys_nothing(shop):
    open_catalogue(shop)
    assert take(shop, key="k") == take(shop, key="k")
    dear = redeem(shop, "party", by=DANA, channel=shop.channel)
    assert [error["code"] for error in dear["errors"]] == ["INSUFFICIENT_POINTS"]
    assert len(mine(shop, by=DANA)) == 1
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -100)]


def test_staff_take_a_reward_for_a_customer_and_let_the_owner_of_a_code_in(shop):
    # given
    open_catalogue(shop)
    assert shop.give_points(DANA, 1000).errors == ()
    account = shop.query("{ me { loyaltyAccount { id } } }", {}, by=DANA).data["me"]["loyaltyAccount"]["id"]
    values = {"account": account, "reward": "party", "channel": shop.channel, "idempotencyKey": "desk"}

    # when
    issued = send(shop, CREATE, by=STAFF, input=values)["rewardIssue"]

    # then
    (had,) = mine(shop, by=DANA)
    assert (had["id"], had["code"], had["accessText"]) == (issued["id"], issued["code"], "Friday")
    where = {"code": issued["code"], "status": ["ISSUED"]}
    found = shop.query(ISSUES, {"where": where, "sortBy": {"field": "EXPIRES_AT", "direction": "ASC"}}, by=STAFF)
    assert [edge["node"]["id"] for edge in found.data["loyaltyRewardIssues"]["edges"]] == [issued["id"]]
    assert send(shop, MARK, by=STAFF, id=issued["id"]) == {"rewardIssue": {"status": "USED"}, "errors": []}
    assert send(shop, MARK, by=STAFF, id=issued["id"])["errors"] == [{"field": "id", "code": "REWARD_USED"}]


def test_nobody_else_spends_a_customers_points(shop):
    open_catalogue(shop)
    values = {"reward": "ten-off", "channel": shop.channel, "idempotencyKey": "k"}
    anonymous = shop.query(REDEEM, {"input": values}, by=None)
    assert anonymous.data["loyaltyRewardRedeem"]["errors"][0]["code"] == "NOT_FOUND"
    account = shop.query("{ me { loyaltyAccount { id } } }", {}, by=DANA).data["me"]["loyaltyAccount"]["id"]
    refused = shop.query(CREATE, {"input": {"account": account, **values}}, by=STAFF_WITHOUT_PERMISSION)
    assert refused.errors
    assert moves(shop) == [("GIVE", 1000)]
