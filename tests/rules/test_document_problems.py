"""Every way in which a document is wrong, with the path and the message."""

import pytest

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import parse_rules

from .builders import AT, conversion, document, fixed, listing, redemption, scope


def problems(data):
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(data)
    assert caught.value.code == "RULE_INVALID"
    return list(caught.value.problems)


def earning(**more):
    return document(earning=[{**conversion(), **more}])


def spending(type="VARIABLE_VALUE", **more):
    return document(redemption=[{**redemption(type), **more}])


KEY = "must be 1 to 64 letters, digits, hyphens, underscores or points, and start with a letter or digit"
FLOAT = 'must be text like "10.50" or a whole number, not a floating-point number'
AMOUNT = 'must be an amount like "10.50", with at most 12 digits before and 6 after the point'
MOMENT = "must be a moment in ISO 8601, like 2026-01-31T00:00:00+00:00"
OFFSET = "must have an offset from UTC, like 2026-01-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        ([], "document", "must be a mapping"),
        ({"schemaVersion": 2}, "schemaVersion", "unknown schema version 2; this release reads version 1"),
        ({"schemaVersion": True}, "schemaVersion", "unknown schema version True; this release reads version 1"),
        ({"surprise": 1}, "surprise", "unknown key"),
        ({"pending_days": 1}, "pending_days", "unknown key"),
        ({"pendingDays": -1}, "pendingDays", "must be between 0 and 3650"),
        ({"pendingDays": "1"}, "pendingDays", "must be a whole number"),
        ({"pendingDays": True}, "pendingDays", "must be a whole number"),
        ({"pendingDays": 1.0}, "pendingDays", "must be a whole number"),
        ({"reservationMinutes": 0}, "reservationMinutes", "must be between 1 and 10080"),
        ({"earnOnRedeemed": "yes"}, "earnOnRedeemed", "must be true or false"),
        ({"earnOnRedeemed": None}, "earnOnRedeemed", "must be true or false"),
        ({"trigger": "NOW"}, "trigger", "must be one of ORDER_PLACED, ORDER_PAID, ORDER_FULFILLED"),
        ({"guestClaimDays": 0}, "guestClaimDays", "must be between 1 and 3650"),
        ({"guestClaimDays": 3651}, "guestClaimDays", "must be between 1 and 3650"),
        ({"guestEarning": 1}, "guestEarning", "must be one of NONE, PENDING_UNTIL_JOINED"),
        ({"startsAt": "2026-01-01T00:00:00"}, "startsAt", OFFSET),
        ({"startsAt": "2026-01-01"}, "startsAt", OFFSET),
        ({"startsAt": AT.replace(tzinfo=None)}, "startsAt", OFFSET),
        ({"startsAt": "soon"}, "startsAt", MOMENT),
        ({"startsAt": 5}, "startsAt", MOMENT),
        ({"startsAt": AT.isoformat(), "endsAt": AT.isoformat()}, "endsAt", "must be after startsAt"),
        ({"pointNames": {"en": {"one": "point"}}}, "pointNames.en.other", "is required"),
        ({"pointNames": {"en": {"other": " "}}}, "pointNames.en.other", "must not be empty"),
        ({"pointNames": {"en": {"other": "p", "dual": "p"}}}, "pointNames.en.dual", "unknown key"),
        ({"pointNames": {"en": "points"}}, "pointNames.en", "must be a mapping"),
        (
            {"pointNames": {"klingon": {"other": "p"}}},
            "pointNames.klingon",
            "unknown language; it must be a code like en, he or pt-br",
        ),
        ({"channels": {}}, "channels", "must be a list"),
        ({"channels": ["default"]}, "channels[0]", "must be a mapping"),
        ({"channels": [{"key": "a", "currency": "ILS"}]}, "channels[0].channel", "is required"),
        (
            {"channels": [listing(currency="ZZZ")]},
            "channels[0].currency",
            "unknown currency; it must be an ISO 4217 code like USD",
        ),
        (
            {"channels": [listing(timeZone="Europe/Atlantis")]},
            "channels[0].timeZone",
            "unknown time zone; it must be a name like Europe/Rome",
        ),
        (
            {"channels": [listing(timeZone="../../etc/passwd")]},
            "channels[0].timeZone",
            "unknown time zone; it must be a name like Europe/Rome",
        ),
        ({"channels": [listing(key="a b")]}, "channels[0].key", KEY),
        (spending(key="r" * 65), "redemption[0].key", KEY),
        (
            {"channels": [listing(), listing("b", key="default")]},
            "channels[1].key",
            '"default" is already used by channels[0]',
        ),
        (
            {"channels": [listing(), listing(key="b")]},
            "channels[1].channel",
            '"default" is already used by channels[0]',
        ),
        (
            document(earning=[conversion(), fixed("earn")]),
            "earning[1].key",
            '"earn" is already used by earning[0]',
        ),
        (earning(points=0), "earning[0].points", "must be between 1 and 1000000000"),
        (earning(points=10**9 + 1), "earning[0].points", "must be between 1 and 1000000000"),
        (earning(points="10"), "earning[0].points", "must be a whole number"),
        (earning(amountStep=0.5), "earning[0].amountStep", FLOAT),
        (
            earning(amountStep=["1"]),
            "earning[0].amountStep",
            'must be an amount as text, like "10.50", or a whole number',
        ),
        (
            earning(amountStep=True),
            "earning[0].amountStep",
            'must be an amount as text, like "10.50", or a whole number',
        ),
        (earning(name=5), "earning[0].name", "must be text"),
        (earning(name="x" * 251), "earning[0].name", "must have at most 250 characters"),
        (earning(name="a\x00b"), "earning[0].name", "must not contain characters that cannot be stored"),
        (earning(name="\ud800"), "earning[0].name", "must not contain characters that cannot be stored"),
        (earning(amountStep="0"), "earning[0].amountStep", "must be above 0"),
        (earning(amountStep="-1"), "earning[0].amountStep", "must be above 0"),
        (earning(amountStep="NaN"), "earning[0].amountStep", AMOUNT),
        (earning(amountStep="Infinity"), "earning[0].amountStep", AMOUNT),
        (earning(amountStep="1e3"), "earning[0].amountStep", AMOUNT),
        (earning(amountStep="٣"), "earning[0].amountStep", AMOUNT),
        (earning(amountStep="1" * 13), "earning[0].amountStep", AMOUNT),
        (
            earning(amountStep="0.005"),
            "earning[0].amountStep",
            'must be a multiple of 0.01 ILS, the smallest amount of channel "default"',
        ),
        (
            earning(type="FIXED_AMOUNT", amountStep="5"),
            "earning[0].amountStep",
            "must not be set for FIXED_AMOUNT, which gives the same points for any amount",
        ),
        (
            earning(type="FIXED_AMOUNT", points=10, maxPointsPerOrder=9),
            "earning[0].maxPointsPerOrder",
            "must not be below points",
        ),
        (earning(type="DOUBLE"), "earning[0].type", "must be one of CONVERSION_RATE, FIXED_AMOUNT, MULTIPLIER"),
        (earning(points=None), "earning[0].points", "is required"),
        (earning(multiplier="2"), "earning[0].multiplier", "must be set for MULTIPLIER only"),
        (
            earning(type="MULTIPLIER", multiplier="2"),
            "earning[0].points",
            "must not be set for MULTIPLIER, which multiplies what other rules give",
        ),
        (earning(type="MULTIPLIER", points=None), "earning[0].multiplier", "is required for MULTIPLIER"),
        (
            earning(type="MULTIPLIER", points=None, multiplier="1"),
            "earning[0].multiplier",
            "must be above 1 and at most 100",
        ),
        (
            earning(type="MULTIPLIER", points=None, multiplier="2", amountStep="10"),
            "earning[0].amountStep",
            "must not be set for MULTIPLIER, which multiplies what other rules give",
        ),
        (
            earning(conditions={"labels": []}),
            "earning[0].conditions.labels",
            "must name at least one, or be null for any",
        ),
        (earning(conditions={"plans": ["gold", "gold"]}), "earning[0].conditions.plans[1]", '"gold" is named twice'),
        (earning(conditions={"weather": ["sun"]}), "earning[0].conditions.weather", "unknown key"),
        (
            earning(conditions={"memberStatus": ["KING"]}),
            "earning[0].conditions.memberStatus[0]",
            "must be one of MEMBER, PENDING, VISITOR",
        ),
        (earning(taxMode="NONE"), "earning[0].taxMode", "must be one of BEFORE_TAX, AFTER_TAX"),
        (earning(combination={"withCoupon": True}), "earning[0].combination.withCoupon", "unknown key"),
        (earning(scope=scope("SHOP", "a")), "earning[0].scope.slugs", "must be empty for the scope SHOP"),
        (earning(scope=scope("CATEGORY")), "earning[0].scope.slugs", "must name at least one category"),
        (earning(scope=scope("VARIANT", "a", "a")), "earning[0].scope.slugs[1]", '"a" is named twice'),
        (earning(scope=scope("PRODUCT", "")), "earning[0].scope.slugs[0]", "must not be empty"),
        (earning(scope={"type": "PRODUCT", "slugs": "a"}), "earning[0].scope.slugs", "must be a list"),
        (
            earning(scope=scope("BRAND", "a")),
            "earning[0].scope.type",
            "must be one of SHOP, CATEGORY, COLLECTION, PRODUCT, VARIANT",
        ),
        (earning(startsAt=AT.isoformat(), endsAt=AT.isoformat()), "earning[0].endsAt", "must be after startsAt"),
        (
            earning(channels=[]),
            "earning[0].channels",
            "must name at least one channel, or be null for all of them",
        ),
        (
            earning(channels=["absent"]),
            "earning[0].channels[0]",
            'unknown channel "absent"; it is not among the program\'s channels',
        ),
        (earning(channels=["default", "default"]), "earning[0].channels[1]", '"default" is named twice'),
        (
            earning(channelRates={"absent": {"points": 1}}),
            "earning[0].channelRates.absent",
            "unknown channel; it is not among the program's channels",
        ),
        (earning(channelRates={"default": {}}), "earning[0].channelRates.default.points", "is required"),
        (
            earning(channelRates={"default": {"points": 1, "amountStep": "0.001"}}),
            "earning[0].channelRates.default.amountStep",
            'must be a multiple of 0.01 ILS, the smallest amount of channel "default"',
        ),
        (
            spending(value="0.001"),
            "redemption[0].value",
            'must be a multiple of 0.01 ILS, the smallest amount of channel "default"',
        ),
        (
            document(channels=[listing("jp", "JPY")], redemption=[redemption(value="10.5")]),
            "redemption[0].value",
            'must be a multiple of 1 JPY, the smallest amount of channel "jp"',
        ),
        (spending(value=10.5), "redemption[0].value", FLOAT),
        (spending(maxPercent=101), "redemption[0].maxPercent", "must be between 1 and 100"),
        (spending(maxPercent=0), "redemption[0].maxPercent", "must be between 1 and 100"),
        (spending(minPoints=200, maxPoints=100), "redemption[0].maxPoints", "must not be below minPoints"),
        (spending(minPoints=150, step=100), "redemption[0].minPoints", "must be a multiple of step, 100"),
        (spending(maxPoints=150, step=100), "redemption[0].maxPoints", "must be a multiple of step, 100"),
        (
            spending(points=3, value="0.01", step=4),
            "redemption[0].step",
            'must be a multiple of 3, the fewest points worth whole minor units in "default"',
        ),
        (
            spending("FIXED", minPoints=100),
            "redemption[0].minPoints",
            "must not be set for FIXED, which takes exactly its points",
        ),
        (
            spending("FIXED", maxPoints=100),
            "redemption[0].maxPoints",
            "must not be set for FIXED, which takes exactly its points",
        ),
        (
            spending("FIXED", step=100),
            "redemption[0].step",
            "must not be set for FIXED, which takes exactly its points",
        ),
        (
            document(channels=[listing("jp", "JPY")], redemption=[redemption(minPoints=105, maxPoints=109)]),
            "redemption[0].maxPoints",
            'leaves no possible number of points in "jp", where the step is 10',
        ),
        (
            spending(maxPoints=50, step=100),
            "redemption[0].maxPoints",
            "must be a multiple of step, 100",
        ),
        (spending("VARIABLE_PERCENT"), "redemption[0].maxPercent", "is required for VARIABLE_PERCENT"),
        (spending("VARIABLE_PERCENT", maxPercent=91), "redemption[0].maxPercent", "must be between 1 and 90"),
        (
            spending("VARIABLE_PERCENT", maxPercent=20, minPoints=1),
            "redemption[0].minPoints",
            "must not be set for VARIABLE_PERCENT, whose only limit is maxPercent",
        ),
        (
            spending("VARIABLE_PERCENT", maxPercent=20, maxPoints=1),
            "redemption[0].maxPoints",
            "must not be set for VARIABLE_PERCENT, whose only limit is maxPercent",
        ),
        (spending(overLimit="IGNORE"), "redemption[0].overLimit", "must be one of BLOCK, CLAMP"),
        (
            document(redemption=[redemption(key="a"), redemption(key="b")]),
            "redemption[1].channels",
            "overlaps with redemption[0]; only one rule may count in a channel",
        ),
        (
            document(redemption=[redemption(key="a", channels=["default"]), redemption(key="b")]),
            "redemption[1].channels",
            "overlaps with redemption[0]; only one rule may count in a channel",
        ),
        (
            document(redemption=[redemption(key="a"), redemption(key="b", channels=["default"])]),
            "redemption[1].channels",
            'overlaps with redemption[0] in "default"; only one rule may count there',
        ),
        (
            document(
                channels=[listing(), listing("b")],
                redemption=[redemption(key="a", channels=["default"], channelRates={"b": {"points": 1, "value": 1}})],
            ),
            "redemption[0].channelRates.b",
            "the rule is not for this channel",
        ),
        ({"expiry": {"type": "ROLLING"}}, "expiry", "ROLLING needs months or days"),
        (
            {"refund": {"reversal": "NEVER"}},
            "refund.reversal",
            "must be one of PENDING_ONLY, WITHIN_BALANCE, ALLOW_NEGATIVE",
        ),
        *(
            ({"refund": {"returnSpentPoints": value}}, "refund.returnSpentPoints", "must be true or false")
            for value in (1, "true", None)
        ),
        ({"refund": {"expiredLots": "KEEP"}}, "refund.expiredLots", "must be one of EXPIRE, GRACE"),
        ({"refund": {"graceDays": 0}}, "refund.graceDays", "must be between 1 and 3650"),
        ({"refund": {"graceDays": "30"}}, "refund.graceDays", "must be a whole number"),
        ({"levels": []}, "levels", "unknown key"),
    ],
)
def test_each_problem_names_its_path(data, path, message):
    assert problems(data) == [(path, message)]


def test_all_problems_are_found_at_once_in_the_order_of_the_document():
    # given problems of single values and contradictions, in the same rules and in others
    data = document(
        surprise=1,
        pendingDays=-5,
        channels=[listing(), listing("second", "ZZZ")],
        earning=[
            conversion(amountStep=0.5, scope=scope("SHOP", "a")),
            conversion("b", channels=["absent"]),
        ],
        redemption=[redemption("VARIABLE_PERCENT", value="-1", minPoints=5)],
    )
    # when
    found = problems(data)
    # then
    assert found == [
        ("pendingDays", "must be between 0 and 3650"),
        ("channels[1].currency", "unknown currency; it must be an ISO 4217 code like USD"),
        ("earning[0].amountStep", FLOAT),
        ("earning[0].scope.slugs", "must be empty for the scope SHOP"),
        ("earning[1].channels[0]", 'unknown channel "absent"; it is not among the program\'s channels'),
        ("redemption[0].value", "must be above 0"),
        ("surprise", "unknown key"),
    ]


def test_the_exception_reads_as_one_text():
    with pytest.raises(RulesInvalid, match=r"^redemption\[0\]\.maxPercent: must be between 1 and 90$"):
        parse_rules(spending("VARIABLE_PERCENT", maxPercent=91))


def test_a_hopeless_document_is_not_answered_without_end():
    assert len(problems({f"key-{number}": 1 for number in range(1000)})) == 200
