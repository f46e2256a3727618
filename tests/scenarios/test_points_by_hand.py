"""Stories of staff who give, take and set a customer's points by hand, and of what the customer sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask, moves, open_club

from .test_customer_cards import account_of

pytestmark = pytest.mark.django_db(transaction=True)

MOVED = "account { points { available } revision } transaction { id pointsChange pointsBalance } errors { field code }"
GIVE = f"mutation($input: LoyaltyPointsGiveInput!) {{ loyaltyPointsGive(input: $input) {{ {MOVED} }} }}"
DEDUCT = f"mutation($input: LoyaltyPointsDeductInput!) {{ loyaltyPointsDeduct(input: $input) {{ {MOVED} }} }}"
SET = f"mutation($input: LoyaltyBalanceSetInput!) {{ loyaltyBalanceSet(input: $input) {{ {MOVED} }} }}"
REVERSE = f"""mutation($id: ID!) {{ loyaltyTransactionReverse(id: $id, reason: "A mistake", idempotencyKey: "back") {{
    unrecoveredPoints {MOVED} }} }}"""
LOG = """transactions(first: 1) { edges { node { type source sourceName(languageCode: HE) pointsChange pointsBalance
    reason internalNote user { email } lots { issued expiresAt } } } }"""


def wish(shop: ShopDriver, **values: Any) -> dict[str, Any]:
    return {"account": account_of(shop), "reason": "A present", "idempotencyKey": "desk-1", **values}


def refused(shop: ShopDriver, document: str, **values: Any) -> tuple[str, str]:
    """Return field and code of the refusal; nothing may have moved."""
    before = moves(shop)
    answer = shop.query(document, {"input": wish(shop, **values)}, by=STAFF)
    assert answer.data is not None, answer.errors
    payload = next(iter(answer.data.values()))
    assert (payload["account"], payload["transaction"], len(payload["errors"])) == (None, None, 1)
    assert moves(shop) == before
    return payload["errors"][0]["field"], payload["errors"][0]["code"]


def newest(found: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Mapping[str, Any] = found["transactions"]["edges"][0]["node"]
    return node


def test_the_customer_reads_the_reason_and_staff_the_note(shop: ShopDriver):
    # given
    open_club(shop)
    present = {"points": 50, "source": "OFFLINE", "internalNote": "Receipt 17", "expiresAt": "2099-01-01T00:00:00Z"}

    # when
    given = ask(shop, GIVE, input=wish(shop, **present))

    # then
    assert given["account"]["points"] == {"available": 1050}
    seen = newest(ask(shop, f"query($id: ID!) {{ loyaltyAccount(id: $id) {{ {LOG} }} }}", id=account_of(shop)))
    assert seen == {
        "type": "GIVE",
        "source": "OFFLINE",
        "sourceName": "רכישה אופליין",
        "pointsChange": 50,
        "pointsBalance": 1050,
        "reason": "A present",
        "internalNote": "Receipt 17",
        "user": {"email": STAFF},
        "lots": [{"issued": 50, "expiresAt": "2099-01-01T00:00:00+00:00"}],
    }
    own = newest(ask(shop, f"{{ me {{ loyaltyAccount {{ {LOG} }} }} }}", by=DANA)["loyaltyAccount"])
    assert own == {**seen, "internalNote": None, "user": None}


def test_giving_taking_and_setting_are_three_operations(shop: ShopDriver):
    # given
    open_club(shop)

    # when
    ask(shop, DEDUCT, input=wish(shop, points=300))
    more = ask(shop, SET, input=wish(shop, balance=900, idempotencyKey="desk-2"))
    less = ask(shop, SET, input=wish(shop, balance=40, idempotencyKey="desk-3", source="PROMOTION"))

    # then
    assert moves(shop) == [("GIVE", 1000), ("DEDUCT", -300), ("SET", 200), ("SET", -860)]
    assert (more["account"]["points"], less["account"]["points"]) == ({"available": 900}, {"available": 40})
    assert refused(shop, DEDUCT, points=41, idempotencyKey="desk-4") == ("points", "INSUFFICIENT_POINTS")
    stale = {"balance": 5, "expectedRevision": more["account"]["revision"], "idempotencyKey": "desk-5"}
    assert refused(shop, SET, **stale) == ("expectedRevision", "STALE_REVISION")
    assert shop.audit_findings() == []


def test_a_request_that_is_sent_again_counts_once(shop: ShopDriver):
    # given
    open_club(shop)

    # when
    first, again = (ask(shop, GIVE, input=wish(shop, points=50)) for _ in range(2))

    # then
    assert again["transaction"] == first["transaction"]
    assert moves(shop) == [("GIVE", 1000), ("GIVE", 50)]
    assert refused(shop, GIVE, points=51) == ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")


def test_no_operation_moves_more_than_the_program_allows(shop: ShopDriver):
    open_club(shop, points=100, manual={"maxPointsPerOperation": 100})

    assert refused(shop, GIVE, points=101) == ("points", "LIMIT_REACHED")
    assert refused(shop, DEDUCT, points=101) == ("points", "LIMIT_REACHED")
    assert refused(shop, SET, balance=201) == ("balance", "LIMIT_REACHED")
    ask(shop, SET, input=wish(shop, balance=200))
    assert moves(shop) == [("GIVE", 100), ("SET", 100)]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"points": 0}, ("points", "INVALID")),
        ({"points": -5}, ("points", "INVALID")),
        ({"reason": "  "}, ("reason", "REQUIRED")),
        ({"source": "ORDER"}, ("source", "INVALID")),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, ("expiresAt", "INVALID")),
        ({"internalNote": "x" * 100_000}, ("internalNote", "INVALID")),
    ],
)
def test_what_makes_no_sense_is_refused(shop: ShopDriver, values: dict[str, Any], refusal: tuple[str, str]):
    open_club(shop)
    assert refused(shop, GIVE, **{"points": 5, **values}) == refusal


def test_one_movement_is_taken_back_once(shop: ShopDriver):
    # given
    open_club(shop, points=0)
    assert shop.give_points(DANA, 30).errors == ()
    given = ask(shop, GIVE, input=wish(shop, points=50))["transaction"]["id"]
    assert shop.deduct_points(DANA, 70).errors == ()

    # when
    back = ask(shop, REVERSE, id=given)

    # then
    assert (back["transaction"]["pointsChange"], back["unrecoveredPoints"]) == (-10, 40)
    assert moves(shop) == [("GIVE", 30), ("GIVE", 50), ("DEDUCT", -70), ("REVERSE", -10)]
    again = shop.query(REVERSE.replace('"back"', '"once more"'), {"id": given}, by=STAFF)
    assert again.data is not None
    assert again.data["loyaltyTransactionReverse"]["errors"] == [{"field": "id", "code": "ALREADY_REVERSED"}]
    assert shop.audit_findings() == []
