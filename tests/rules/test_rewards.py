"""Rewards in the rules: what a document may say of them, whether one can be had and why not, and their receipts."""

import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.basket import CustomerFacts
from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import find_warnings, parse_rules, rules_from_yaml, rules_to_yaml
from saleor_loyalty.rules.document import find_unknown_words
from saleor_loyalty.rules.receipt import receipt_from_json
from saleor_loyalty.rules.reward_offer import offer_reward, reward_words_needed
from saleor_loyalty.rules.reward_receipt import explain_reward, explain_reward_return

from .builders import AT, conversion, document, listing, redemption, rules

DAY = datetime.timedelta(days=1)
KEY = "must be 1 to 64 letters, digits, hyphens, underscores or points, and start with a letter or digit"
NOT_WHOLE = 'must be a multiple of 0.01 ILS, the smallest amount of channel "default"'
MEMBER = CustomerFacts(user_id=1, member_status="MEMBER")
CONTENT = {
    "VOUCHER": {"voucher": {"percent": 10}},
    "GIFT_PRODUCT": {"variantSku": "mug"},
    "FREE_SHIPPING": {},
    "GIFT_CARD": {"giftCard": {"amount": "25.00", "currency": "USD"}},
    "EVENT_ACCESS": {"accessText": "Friday, 8 p.m."},
}


def reward(type="VOUCHER", *, key="thanks", points=100, **more):
    return {"key": key, "type": type, "name": "Thank you", "requiredPoints": points, **CONTENT[type], **more}


def problems(*rewards, **parts):
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(document(rewards=list(rewards), **parts))
    return list(caught.value.problems)


@pytest.mark.parametrize("type", CONTENT)
def test_a_reward_of_each_type_is_valid_with_its_content_alone_and_survives_yaml(type):
    found = rules(rewards=[reward(type)])
    assert rules_from_yaml(rules_to_yaml(found)) == found
    assert found.reward("thanks") == found.rewards[0]
    assert found.reward("other") is None


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        (
            reward(key="a b"),
            "rewards[0].key",
            KEY,
        ),
        (reward(name=" "), "rewards[0].name", "must not be empty"),
        (reward(name="x" * 251), "rewards[0].name", "must have at most 250 characters"),
        (reward(description="x" * 2001), "rewards[0].description", "must have at most 2000 characters"),
        (reward(points=0), "rewards[0].requiredPoints", "must be between 1 and 1000000000"),
        (reward(stock=-1), "rewards[0].stock", "must be between 0 and 1000000000"),
        (reward(validDays=0), "rewards[0].validDays", "must be between 1 and 3650"),
        (reward(usageLimitPerCustomer=0), "rewards[0].usageLimitPerCustomer", "must be between 1 and 1000000"),
        (reward(surprise=1), "rewards[0].surprise", "unknown key"),
        (
            reward(translations={"klingon": {"name": "x"}}),
            "rewards[0].translations.klingon",
            "unknown language; it must be a code like en, he or pt-br",
        ),
        (
            reward(channels=["x"]),
            "rewards[0].channels[0]",
            'unknown channel "x"; it is not among the program\'s channels',
        ),
        (
            reward(conditions={"labels": []}),
            "rewards[0].conditions.labels",
            "must name at least one, or be null for any",
        ),
        (reward(startsAt=AT.isoformat(), endsAt=AT.isoformat()), "rewards[0].endsAt", "must be after startsAt"),
        (reward(voucher=None), "rewards[0].voucher", "is required for VOUCHER"),
        (reward(voucher={}), "rewards[0].voucher", "must have a percent, or amounts by channel, not both"),
        (
            reward(voucher={"percent": 5, "amounts": {"default": "5"}}),
            "rewards[0].voucher",
            "must have a percent, or amounts by channel, not both",
        ),
        (reward(voucher={"percent": 101}), "rewards[0].voucher.percent", "must be between 1 and 100"),
        (
            reward(voucher={"amounts": {"default": "1.001"}}),
            "rewards[0].voucher.amounts.default",
            NOT_WHOLE,
        ),
        (reward("GIFT_PRODUCT", variantSku=None), "rewards[0].variantSku", "is required for GIFT_PRODUCT"),
        (reward("GIFT_PRODUCT", voucher={"percent": 5}), "rewards[0].voucher", "must not be set for GIFT_PRODUCT"),
        (reward("GIFT_CARD", giftCard=None), "rewards[0].giftCard", "is required for GIFT_CARD"),
        (
            reward("GIFT_CARD", giftCard={"amount": "0.001", "currency": "USD"}),
            "rewards[0].giftCard.amount",
            "must be a whole number of the smallest amount of USD",
        ),
        (
            reward("GIFT_CARD", minOrder={"default": "5"}),
            "rewards[0].minOrder",
            "must not be set for GIFT_CARD, which is no code for the cart",
        ),
        (reward("EVENT_ACCESS", accessText=" "), "rewards[0].accessText", "is required for EVENT_ACCESS"),
        (
            reward("FREE_SHIPPING", minOrder={"x": "5"}),
            "rewards[0].minOrder.x",
            "unknown channel; it is not among the program's channels",
        ),
        (
            reward("FREE_SHIPPING", minOrder={"default": "0.001"}),
            "rewards[0].minOrder.default",
            NOT_WHOLE,
        ),
    ],
)
def test_a_wrong_reward_is_refused_at_its_place(given, path, message):
    assert problems(given) == [(path, message)]


def test_what_is_for_one_channel_says_nothing_of_another_and_leaves_none_of_its_own_out():
    channels = [listing(), listing("us", "USD")]
    assert problems(reward(channels=["us"], voucher={"amounts": {"default": "5"}}), channels=channels) == [
        ("rewards[0].voucher.amounts.default", "the reward is not for this channel"),
        ("rewards[0].voucher.amounts", 'has no amount for channel "us"'),
    ]


def test_keys_are_used_once():
    assert problems(reward(), reward("FREE_SHIPPING")) == [
        ("rewards[1].key", '"thanks" is already used by rewards[0]')
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"stock": 0}, [("rewards[0].stock", "NEVER_TO_BE_HAD")]),
        ({"channels": ["closed"]}, [("rewards[0]", "NEVER_TO_BE_HAD")]),
    ],
)
def test_a_reward_that_nobody_can_have_is_warned_of(more, expected):
    found = rules(
        channels=[listing(), listing("closed", isActive=False)],
        earning=[conversion()],
        redemption=[redemption()],
        rewards=[reward(**more)],
    )
    assert [(warning.path, warning.code) for warning in find_warnings(found)] == expected


def test_labels_and_plans_that_do_not_exist_are_warned_of():
    found = rules(rewards=[reward(conditions={"labels": ["vip", "old"], "plans": ["gold"]})])
    warnings = find_unknown_words(found, labels={"vip"}, plans=set())
    assert [(warning.path, warning.code) for warning in warnings] == [
        ("rewards[0].conditions.labels[1]", "UNKNOWN_LABEL"),
        ("rewards[0].conditions.plans[0]", "UNKNOWN_PLAN"),
    ]
    assert reward_words_needed(found) == {"LABELS", "PLANS"}
    assert reward_words_needed(rules(rewards=[reward()])) == frozenset()


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ("Thank you", "")), ("he", ("תודה", "")), ("he-il", ("תודה", "")), ("it", ("Thank you", "Per te"))],
)
def test_a_reward_is_named_in_the_language_or_as_it_names_itself(language, expected):
    given = reward(translations={"he": {"name": "תודה"}, "it": {"description": "Per te"}})
    text = rules(rewards=[given]).rewards[0].text_in(language)
    assert (text.name, text.description) == expected


def offer(given=None, *, customer=MEMBER, channel="default", at=AT, document_parts=None, **facts):
    found = rules(rewards=[given or reward()], **(document_parts or {}))
    facts = {"available": 100, "issued": 0, "issued_to_customer": 0, **facts}
    return offer_reward(found.rewards[0], rules=found, channel=channel, customer=customer, at=at, **facts)


def test_a_reward_that_can_be_had_has_no_reason_against_it():
    found = offer(reward(stock=3), issued=1)
    assert (found.reason, found.missing_points, found.left) == ("", 0, 2)


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ({"channel": "elsewhere"}, "PROGRAM_INACTIVE"),
        ({"document_parts": {"endsAt": AT.isoformat()}}, "PROGRAM_INACTIVE"),
        ({"given": reward(startsAt=(AT + DAY).isoformat())}, "REWARD_INACTIVE"),
        ({"given": reward(endsAt=AT.isoformat())}, "REWARD_INACTIVE"),
        ({"customer": CustomerFacts()}, "NOT_A_MEMBER"),
        ({"customer": CustomerFacts(user_id=1, member_status="PENDING")}, "NOT_A_MEMBER"),
        ({"is_account_active": False}, "ACCOUNT_FROZEN"),
        ({"given": reward(conditions={"labels": ["vip"]})}, "NOT_ELIGIBLE"),
        ({"given": reward(stock=2), "issued": 2}, "REWARD_OUT_OF_STOCK"),
        ({"given": reward(stock=2), "issued": 3}, "REWARD_OUT_OF_STOCK"),
        ({"given": reward(usageLimitPerCustomer=1), "issued_to_customer": 1}, "LIMIT_REACHED"),
        ({"available": 99}, "INSUFFICIENT_POINTS"),
    ],
)
def test_each_obstacle_has_its_code(scene, expected):
    assert offer(**scene).reason == expected


def test_the_first_obstacle_is_the_one_that_points_do_not_change():
    nothing_holds = offer(reward(stock=0, conditions={"labels": ["vip"]}), available=30)
    assert (nothing_holds.reason, nothing_holds.missing_points, nothing_holds.left) == ("NOT_ELIGIBLE", 70, 0)


def test_what_was_issued_can_be_used_for_so_many_days():
    assert rules(rewards=[reward(validDays=30)]).rewards[0].expires_at(AT) == AT + 30 * DAY
    assert rules(rewards=[reward()]).rewards[0].expires_at(AT) is None


def test_the_receipts_say_what_went_and_what_came_back():
    taken = receipt_from_json(explain_reward(reward_key="thanks", type="VOUCHER", points=100, program_version=3))
    assert (taken.kind, taken.points, taken.program_version, taken.rule_keys) == ("REWARD", -100, 3, ("thanks",))
    assert [(line.code, line.rule_key, line.points, line.detail, line.base) for line in taken.lines] == [
        ("REWARD_REDEEMED", "thanks", -100, "VOUCHER", Decimal(0))
    ]
    back = receipt_from_json(
        explain_reward_return(reward_key="thanks", cause="REVERSED", points=100, program_version=3)
    )
    assert (back.kind, back.points) == ("RETURN", 100)
    assert [(line.code, line.points, line.detail) for line in back.lines] == [("REWARD_RETURNED", 100, "REVERSED")]
