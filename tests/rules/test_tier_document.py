"""The sections ``tiers`` and ``tierPolicy``: every problem with its path, the warnings, texts, and the round trip."""

import pytest

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import find_warnings, parse_rules, rules_from_yaml, rules_to_yaml

from .builders import conversion, document, fixed, listing, redemption, rules

SILVER = {"key": "silver", "name": "Silver", "requiredPoints": 100}
GOLD = {"key": "gold", "name": "Gold", "requiredPoints": 500}
MONEY = {"basis": "MONEY_SPENT"}


def spend(key, **amounts):
    return {"key": key, "name": key, "requiredSpend": amounts}


def problems(**parts):
    with pytest.raises(RulesInvalid) as error:
        parse_rules(document(**parts))
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("parts", "path", "message"),
    [
        ({"tiers": [SILVER, {**GOLD, "key": "silver"}]}, "tiers[1].key", '"silver" is already used by tiers[0]'),
        ({"tiers": [{**SILVER, "name": " "}]}, "tiers[0].name", "must not be empty"),
        ({"tiers": [{**SILVER, "name": None}]}, "tiers[0].name", "must be text"),
        (
            {"tiers": [{"key": "silver", "name": "S"}]},
            "tiers[0].requiredPoints",
            "is required where tiers are reached by points earned",
        ),
        ({"tiers": [{**SILVER, "requiredPoints": 0}]}, "tiers[0].requiredPoints", "must be between 1 and 1000000000"),
        (
            {"tiers": [{**SILVER, "requiredSpend": {"ILS": "5"}}]},
            "tiers[0].requiredSpend",
            "must not be set where tiers are reached by points earned",
        ),
        ({"tiers": [GOLD, SILVER]}, "tiers[1].requiredPoints", "must be above that of tiers[0], 500"),
        (
            {"tiers": [SILVER, {**GOLD, "requiredPoints": 100}]},
            "tiers[1].requiredPoints",
            "must be above that of tiers[0], 100",
        ),
        ({"tiers": [{**SILVER, "multiplier": "1"}]}, "tiers[0].multiplier", "must be above 1 and at most 100"),
        (
            {"tiers": [{**SILVER, "multiplier": 1.5}]},
            "tiers[0].multiplier",
            'must be text like "10.50" or a whole number, not a floating-point number',
        ),
        ({"tiers": [{**SILVER, "benefits": ["a", " "]}]}, "tiers[0].benefits[1]", "must not be empty"),
        ({"tiers": [{**SILVER, "benefits": ["a"] * 21}]}, "tiers[0].benefits", "must have at most 20 entries"),
        (
            {"tiers": [{**SILVER, "translations": {"xx-nowhere-": {"name": "x"}}}]},
            "tiers[0].translations.xx-nowhere-",
            "unknown language; it must be a code like en, he or pt-br",
        ),
        (
            {"tiers": [{**SILVER, "benefits": ["a"], "translations": {"it": {"benefits": ["a", "b"]}}}]},
            "tiers[0].translations.it.benefits",
            "must be as many as the tier has, 1",
        ),
        ({"tiers": [{**SILVER, "rank": 1}]}, "tiers[0].rank", "unknown key"),
        (
            {"tiers": [{**SILVER, "key": "tier:x"}]},
            "tiers[0].key",
            "must be 1 to 64 letters, digits, hyphens, underscores or points, and start with a letter or digit",
        ),
        ({"tierPolicy": {"windowMonths": 0}}, "tierPolicy.windowMonths", "must be between 1 and 1200"),
        ({"tierPolicy": {"graceDays": -1}}, "tierPolicy.graceDays", "must be between 0 and 3650"),
        ({"tierPolicy": {"keepMonths": 121}}, "tierPolicy.keepMonths", "must be between 0 and 120"),
        ({"tierPolicy": {"basis": "BALANCE"}}, "tierPolicy.basis", "must be one of POINTS_EARNED, MONEY_SPENT"),
        (
            {"tiers": [SILVER], "tierPolicy": MONEY},
            "tiers[0].requiredPoints",
            "must not be set where tiers are reached by money spent",
        ),
        (
            {"tiers": [spend("s")], "tierPolicy": MONEY},
            "tiers[0].requiredSpend",
            "must name an amount in at least one currency",
        ),
        (
            {"tiers": [spend("s", EUR="5")], "tierPolicy": MONEY},
            "tiers[0].requiredSpend.EUR",
            "none of the program's channels has this currency",
        ),
        (
            {"tiers": [spend("s", ILS="5.005")], "tierPolicy": MONEY},
            "tiers[0].requiredSpend.ILS",
            "must be a multiple of 0.01 ILS",
        ),
        (
            {"tiers": [spend("s", ILS="50"), spend("g", ILS="50.00")], "tierPolicy": MONEY},
            "tiers[1].requiredSpend.ILS",
            "must be above that of tiers[0], 50",
        ),
        (
            {"tiers": [SILVER], "earning": [conversion(conditions={"tiers": ["gold"]})]},
            "earning[0].conditions.tiers[0]",
            'unknown tier "gold"; it is not among the tiers',
        ),
        (
            {"tiers": [SILVER], "earning": [conversion(conditions={"tiers": []})]},
            "earning[0].conditions.tiers",
            "must name at least one, or be null for any",
        ),
        (
            {"tiers": [SILVER], "earning": [conversion(conditions={"tiers": ["silver", "silver"]})]},
            "earning[0].conditions.tiers[1]",
            '"silver" is named twice',
        ),
    ],
)
def test_each_problem_names_its_path(parts, path, message):
    assert (path, message) in problems(**parts)


def test_a_broken_policy_does_not_hide_what_is_wrong_with_the_tiers():
    found = problems(tiers=[SILVER], tierPolicy={**MONEY, "graceDays": "soon"})

    assert found == [
        ("tiers[0].requiredPoints", "must not be set where tiers are reached by money spent"),
        ("tiers[0].requiredSpend", "must name an amount in at least one currency"),
        ("tierPolicy.graceDays", "must be a whole number"),
    ]


def test_more_than_20_tiers_are_too_many():
    many = [{"key": f"t{number}", "name": "T", "requiredPoints": number} for number in range(1, 22)]

    assert problems(tiers=many) == [("tiers", "must have at most 20 entries")]


def codes(**parts):
    return [
        (warning.path, warning.code)
        for warning in find_warnings(rules(earning=[conversion()], redemption=[redemption()], **parts))
        if "TIER" in warning.code
    ]


def test_warnings():
    two = [listing(), listing("usa", "USD")]

    assert codes(tierPolicy={"graceDays": 3}) == [("tierPolicy", "NO_TIERS")]
    assert codes(tiers=[{**SILVER, "multiplier": "2"}, GOLD]) == [("tiers[1].multiplier", "TIER_EARNS_LESS")]
    assert codes(tiers=[{**SILVER, "multiplier": "1.5"}, {**GOLD, "multiplier": "1.5"}]) == []
    assert codes(channels=two, tiers=[spend("s", ILS="5")], tierPolicy=MONEY) == [
        ("channels[1]", "SPEND_COUNTS_FOR_NO_TIER")
    ]
    assert codes(channels=two, tiers=[spend("s", ILS="5"), spend("g", USD="9")], tierPolicy=MONEY) == []


def test_texts_come_in_the_language_or_the_one_it_is_a_variant_of():
    tier = {
        **SILVER,
        "benefits": ["Early access"],
        "translations": {"pt-br": {"name": "Prata"}, "it": {"benefits": ["Accesso anticipato"]}},
    }
    [found] = rules(tiers=[tier]).tiers

    assert [found.text_in(code).name for code in ("pt-br", "PT_BR", "pt", "it", "en")] == [
        "Prata", "Prata", "Silver", "Silver", "Silver",
    ]  # fmt: skip
    assert found.text_in("it-ch").benefits == ("Accesso anticipato",)
    assert found.text_in("pt-br").benefits == ("Early access",)


def test_the_document_survives_its_yaml():
    whole = rules(
        channels=[listing(), listing("usa", "USD")],
        earning=[fixed(conditions={"tiers": ["gold"]})],
        tiers=[
            {**spend("silver", ILS="500", USD="150.50"), "translations": {"he": {"name": "כסף"}}},
            {**spend("gold", ILS="2000"), "multiplier": "1.25", "benefits": ["Gift"]},
        ],
        tierPolicy={"basis": "MONEY_SPENT", "windowMonths": 12, "graceDays": 30, "keepMonths": 6},
    )

    assert rules_from_yaml(rules_to_yaml(whole)) == whole
