import json
from decimal import Decimal

import pytest
from hypothesis import given
from pydantic import ValidationError

from saleor_loyalty.rules import parse_rules, rules_from_yaml, rules_to_data, rules_to_yaml

from .builders import AT, conversion, document, fixed, listing, redemption, rules, scope
from .strategies import baskets_with_rules


def test_an_empty_document_holds_every_default():
    assert rules_to_data(parse_rules({})) == {
        "schemaVersion": 1,
        "startsAt": None,
        "endsAt": None,
        "pointNames": {},
        "guestEarning": "PENDING_UNTIL_JOINED",
        "guestClaimDays": 90,
        "trigger": "ORDER_FULFILLED",
        "pendingDays": 0,
        "earnOnRedeemed": False,
        "includeImportedOrders": False,
        "reservationMinutes": 60,
        "channels": [],
        "earning": [],
        "activities": [],
        "redemption": [],
        "rewards": [],
        "tiers": [],
        "tierPolicy": {"basis": "POINTS_EARNED", "windowMonths": None, "graceDays": 0, "keepMonths": 0},
        "expiry": {"type": "NEVER", "months": None, "days": None, "noticeDays": []},
        "refund": {
            "reversal": "WITHIN_BALANCE",
            "returnSpentPoints": True,
            "expiredLots": "EXPIRE",
            "graceDays": 30,
        },
        "referral": None,
        "manual": {"maxPointsPerOperation": None},
        "memberships": {"noticeDays": []},
        "profile": {"requiredFields": []},
    }


def test_a_rule_holds_every_default():
    data = rules_to_data(rules(earning=[conversion()], redemption=[redemption()]))
    assert data["channels"] == [
        {
            "key": "default",
            "channel": "default",
            "currency": "ILS",
            "isActive": True,
            "registrationRequired": False,
            "timeZone": "UTC",
        }
    ]
    switches = {"withCoupons": False, "withAutomaticDiscounts": False, "withBuyXGetY": False}
    assert data["earning"] == [
        {
            "key": "earn",
            "name": "",
            "type": "CONVERSION_RATE",
            "points": 1,
            "multiplier": None,
            "amountStep": "1",
            "channels": None,
            "channelRates": {},
            "scope": {"type": "SHOP", "slugs": []},
            "combination": switches,
            "taxMode": "AFTER_TAX",
            "conditions": {"labels": None, "plans": None, "tiers": None, "memberStatus": None},
            "priority": 0,
            "stopProcessing": False,
            "maxPointsPerOrder": None,
            "customerCaps": [],
            "weekdays": None,
            "startsAt": None,
            "endsAt": None,
        }
    ]
    assert data["redemption"] == [
        {
            "key": "spend",
            "type": "VARIABLE_VALUE",
            "channels": None,
            "points": 100,
            "value": "10",
            "channelRates": {},
            "minPoints": None,
            "maxPoints": None,
            "maxPercent": None,
            "step": None,
            "scope": {"type": "SHOP", "slugs": []},
            "combination": switches,
            "overLimit": "BLOCK",
        }
    ]


FULL = document(
    startsAt="2026-01-01T00:00:00+00:00",
    endsAt="2027-01-01T00:00:00+02:00",
    pointNames={
        "he": {"one": "נקודה", "two": "נקודותיים", "other": "נקודות"},
        "en": {"one": "point", "other": "points"},
    },
    channels=[listing(), listing("jp", "JPY", timeZone="Asia/Tokyo", registrationRequired=True)],
    earning=[
        conversion(channelRates={"jp": {"points": 1, "amountStep": "100"}}, amountStep="0.50"),
        fixed(channels=["default"], scope=scope("CATEGORY", "clothes", "shoes"), combination={"withCoupons": True}),
    ],
    redemption=[
        redemption(channels=["default"], value="10.00", minPoints=100, maxPoints=1000, maxPercent=20),
        redemption("FIXED", key="jp", channels=["jp"], value=10),
    ],
)


def test_a_document_round_trips_through_json_and_yaml():
    # given
    parsed = parse_rules(FULL)
    # when
    data, text = json.loads(json.dumps(rules_to_data(parsed))), rules_to_yaml(parsed)
    # then
    assert parse_rules(data) == parsed
    assert rules_to_data(parse_rules(data)) == data
    assert rules_from_yaml(text) == parsed
    assert rules_to_yaml(rules_from_yaml(text)) == text


@given(pair=baskets_with_rules())
def test_any_document_round_trips_byte_for_byte(pair):
    _, parsed = pair
    text = rules_to_yaml(parsed)
    assert rules_from_yaml(text) == parsed
    assert rules_to_yaml(rules_from_yaml(text)) == text


def test_amounts_are_exact_decimals_from_text_or_whole_numbers():
    parsed = rules(redemption=[redemption(value="10.50")], earning=[conversion(amountStep=2)])
    assert parsed.redemption[0].value == Decimal("10.50")
    assert rules_to_data(parsed)["redemption"][0]["value"] == "10.50"
    assert parsed.earning[0].amount_step == Decimal(2)
    small = rules(channels=[listing("c", "KWD")], redemption=[redemption(value="0.001")])
    assert rules_to_data(small)["redemption"][0]["value"] == "0.001"


def test_rules_are_frozen():
    parsed = rules()
    with pytest.raises(ValidationError, match="frozen"):
        parsed.pending_days = 5


def test_a_document_answers_for_a_channel():
    parsed = parse_rules(FULL)
    assert parsed.listing("jp").currency == "JPY"
    assert parsed.listing("absent") is None
    assert parsed.redemption_rule("jp").key == "jp"
    assert parsed.redemption_rule("absent") is None
    assert parsed.earning[0].rate("jp").amount_step == Decimal(100)
    assert parsed.earning[0].rate("default").amount_step == Decimal("0.50")
    assert parsed.redemption[0].step_in("default", currency="ILS") == 1
    assert parsed.redemption[1].step_in("jp", currency="JPY") == 100
    assert (parsed.inactive_reason("jp", at=AT), parsed.inactive_reason("absent", at=AT)) == ("", "CHANNEL")
