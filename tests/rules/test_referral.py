"""What an order means for a referral, who still gets something, and the receipts: pure, with exact amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import (
    Standing,
    explain_referral,
    find_standing,
    judge_referred_order,
    parse_rules,
    recount_movement,
    referrer_share,
    rules_from_yaml,
    rules_to_yaml,
    standing_at_trigger,
)
from saleor_loyalty.rules.document import ReferralPolicy

from .builders import basket, line

CHANNELS = [
    {"key": "il", "channel": "il", "currency": "ILS"},
    {"key": "jp", "channel": "jp", "currency": "JPY"},
]


def policy(**section) -> ReferralPolicy:
    rules = parse_rules({"channels": CHANNELS, "referral": {"referrerPoints": 200, "refereePoints": 100, **section}})
    assert rules.referral is not None
    return rules.referral


def problems(section) -> list[tuple[str, str]]:
    with pytest.raises(RulesInvalid) as refused:
        parse_rules({"channels": CHANNELS, "referral": section})
    return list(refused.value.problems)


def judge(order, *, gone=None, loose=0, passed: Standing | str | None = "all", least: str = "50") -> str:
    kept = find_standing(order, gone=gone or {}, loose=loose)
    terms = policy(minimumAmounts={order.currency: least}) if least else policy()
    return judge_referred_order(order, kept=kept, passed=kept if passed == "all" else passed, policy=terms)


def test_the_section_travels_as_yaml_and_stays_the_same():
    rules = parse_rules({"channels": CHANNELS, "referral": {"refereePoints": 5, "minimumAmounts": {"JPY": 3000}}})
    assert rules_from_yaml(rules_to_yaml(rules)) == rules
    assert parse_rules({}).referral is None


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({}, [("referral.referrerPoints", "is required where there are no refereePoints")]),
        (5, [("referral", "must be a mapping")]),
        ({"refereePoints": 1, "points": 2}, [("referral.points", "unknown key")]),
        ({"refereePoints": 0}, [("referral.refereePoints", "must be between 1 and 1000000000")]),
        ({"refereePoints": 1, "lateRefund": "MAYBE"}, [("referral.lateRefund", "must be one of KEEP, TAKE_BACK")]),
        (
            {"refereePoints": 1, "minimumAmounts": {"EUR": "5"}},
            [("referral.minimumAmounts.EUR", "is the currency of none of the program's channels")],
        ),
        (
            {"refereePoints": 1, "minimumAmounts": {"JPY": "0.5"}},
            [("referral.minimumAmounts.JPY", "must be a multiple of 1 JPY")],
        ),
        (
            {"refereePoints": 1, "minimumAmounts": {"XXQ": "5"}},
            [("referral.minimumAmounts.XXQ", "unknown currency; it must be an ISO 4217 code like USD")],
        ),
        (
            {"refereePoints": 1, "maxPerMonth": 1, "maxInAll": 2},
            [
                ("referral.maxPerMonth", "limits referrerPoints, which are not set"),
                ("referral.maxInAll", "limits referrerPoints, which are not set"),
            ],
        ),
        (
            {"referrerPoints": 1, "maxPerMonth": 3, "maxInAll": 2},
            [("referral.maxInAll", "must not be below maxPerMonth")],
        ),
        (
            {
                "referrerPoints": 1,
                "startsAt": "2026-01-01T00:00:00+00:00",
                "endsAt": "2026-01-01T00:00:00+00:00",
            },
            [("referral.endsAt", "must be after startsAt")],
        ),
    ],
)
def test_what_makes_no_sense_is_said_with_its_path(section, expected):
    assert problems(section) == expected


def test_goods_paid_in_money_count_from_the_minimum_on():
    enough = basket(line("a", gross="30"), line("b", gross="20"))
    short = basket(line("a", gross="30"), line("b", gross="19.99"))
    assert (judge(enough), judge(short)) == ("PASSED", "GONE")
    assert judge(basket(line("a", gross="0.01")), least="") == "PASSED"
    assert judge(basket(line("a", gross="0")), least="") == "GONE"


def test_gift_cards_shipping_and_what_points_pay_do_not_count():
    paid_with_points = line("a", gross="60", redeemed_gross="10.01")
    assert judge(basket(paid_with_points, line("b", gross="500", is_gift_card=True), shipping_gross="99")) == "GONE"
    assert judge(basket(line("a", gross="60", redeemed_gross="10"))) == "PASSED"


def test_what_is_refunded_no_longer_counts_and_what_ended_never_does():
    order = basket(line("a", gross="100", quantity=4))
    assert (judge(order, gone={"a": 2}), judge(order, gone={"a": 3})) == ("PASSED", "GONE")
    terms = policy()
    assert judge_referred_order(order, kept=None, passed=None, policy=terms) == "GONE"


def test_what_has_not_passed_the_trigger_is_waited_for():
    order = basket(line("a", gross="100", quantity=4))
    kept = find_standing(order, gone={})
    one = standing_at_trigger(kept, trigger="ORDER_FULFILLED", is_charged_in_full=True, fulfilled={"a": 1})
    two = standing_at_trigger(kept, trigger="ORDER_FULFILLED", is_charged_in_full=False, fulfilled={"a": 2})
    unpaid = standing_at_trigger(kept, trigger="ORDER_PAID", is_charged_in_full=False, fulfilled={"a": 4})
    placed = standing_at_trigger(kept, trigger="ORDER_PLACED", is_charged_in_full=False, fulfilled={})
    verdicts = [judge(order, passed=passed) for passed in (one, two, unpaid, placed)]
    assert verdicts == ["PENDING", "PASSED", "PENDING", "PASSED"]


@pytest.mark.parametrize(
    ("this_month", "in_all", "expected"),
    [(0, 0, (200, "")), (1, 4, (200, "")), (2, 4, (0, "MONTH")), (0, 5, (0, "ALL")), (2, 5, (0, "ALL"))],
)
def test_caps_leave_the_referrer_without_points(this_month, in_all, expected):
    share = referrer_share(policy(maxPerMonth=2, maxInAll=5), rewarded_this_month=this_month, rewarded_in_all=in_all)
    assert (share.points, share.cap) == expected


@pytest.mark.parametrize(("side", "base"), [("REFERRER", "0"), ("REFEREE", "80.00")])
def test_a_receipt_recounts_to_its_points(side, base):
    receipt = explain_referral(side, points=70, base=Decimal("80.00"), currency="ILS", program_version=3)
    assert recount_movement(receipt) == 70
    assert (receipt["points"], receipt["lines"][0]["base"], receipt["program_version"]) == (70, base, 3)
