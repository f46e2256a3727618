import pytest

from saleor_loyalty.rules import find_warnings

from .builders import conversion, fixed, listing, redemption, rules, scope

EVERYTHING = {"earning": [conversion()], "redemption": [redemption()]}


def warnings(**parts):
    return [(found.path, found.code) for found in find_warnings(rules(**{**EVERYTHING, **parts}))]


def test_a_sound_document_has_no_warning():
    assert warnings() == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"channels": []}, [("channels", "NO_ACTIVE_CHANNEL")]),
        ({"channels": [listing(isActive=False)]}, [("channels", "NO_ACTIVE_CHANNEL")]),
        ({"earning": []}, [("channels[0]", "NO_EARNING_RULE")]),
        ({"redemption": []}, [("channels[0]", "NO_REDEMPTION_RULE")]),
        (
            {
                "channels": [listing(), listing("b")],
                "earning": [conversion(channels=["default"])],
                "redemption": [redemption(channels=["b"])],
            },
            [("channels[0]", "NO_REDEMPTION_RULE"), ("channels[1]", "NO_EARNING_RULE")],
        ),
        (
            {"channels": [listing(), listing("b", "USD"), listing("c", "USD")]},
            [("channels[1]", "POINT_WORTH_NOT_COMPARABLE")],
        ),
        ({"earning": [conversion(points=10)]}, [("earning[0]", "EARNS_ITS_PRICE")]),
        ({"earning": [conversion(points=9)]}, []),
        ({"earning": [conversion("a"), conversion("b")]}, [("earning[1]", "NEVER_COUNTS")]),
        ({"earning": [conversion("a"), conversion("b", priority=1)]}, [("earning[0]", "NEVER_COUNTS")]),
        (
            {
                "earning": [
                    conversion("a", scope=scope("PRODUCT", "x", "y")),
                    conversion("b", scope=scope("PRODUCT", "x")),
                ]
            },
            [("earning[1]", "NEVER_COUNTS")],
        ),
        (
            {
                "earning": [
                    conversion("a", scope=scope("PRODUCT", "x")),
                    conversion("b", scope=scope("PRODUCT", "x", "y")),
                ]
            },
            [],
        ),
        ({"earning": [conversion("a", startsAt="2026-01-01T00:00:00Z"), conversion("b")]}, []),
        ({"earning": [conversion("a"), fixed("b")]}, []),
        ({"refund": {"reversal": "PENDING_ONLY"}}, [("refund.reversal", "NOTHING_TAKEN_BACK")]),
        ({"refund": {"reversal": "PENDING_ONLY"}, "pendingDays": 14}, []),
        ({"pointNames": {"en": {"other": "points"}}}, [("pointNames.en.one", "POINT_NAME_INCOMPLETE")]),
        ({"pointNames": {"it": {"one": "punto", "other": "punti"}}}, []),
        (
            {"pointNames": {"ar": {"one": "نقطة", "two": "نقطتان", "other": "نقطة"}}},
            [(f"pointNames.ar.{form}", "POINT_NAME_INCOMPLETE") for form in ("zero", "few", "many")],
        ),
    ],
)
def test_what_is_probably_not_meant_is_told(parts, expected):
    assert warnings(**parts) == expected


def test_channels_whose_points_are_worth_different_money_are_told_with_the_amounts():
    # given
    document = rules(
        channels=[listing("a"), listing("b"), listing("c")],
        earning=[conversion()],
        redemption=[
            redemption(channelRates={"b": {"points": 200, "value": "20"}, "c": {"points": 300, "value": "20"}})
        ],
    )
    # when
    (found,) = find_warnings(document)
    # then: 200 for 20 is the same as 100 for 10, 300 for 20 is not
    assert (found.path, found.code) == ("channels[2]", "POINT_WORTH_DIFFERS")
    assert found.message == '100 points are worth 10 ILS in channel "a" but 6.6667 ILS in "c".'
