"""The sections ``memberships`` and ``profile``: what they may say, and what is doubted."""

import pytest

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import find_unknown_fields, parse_rules, rules_to_data


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ({"memberships": {"noticeDays": [0]}}, "memberships.noticeDays[0]", "must be between 1 and 365"),
        ({"memberships": {"noticeDays": [366]}}, "memberships.noticeDays[0]", "must be between 1 and 365"),
        ({"memberships": {"noticeDays": ["7"]}}, "memberships.noticeDays[0]", "must be a whole number"),
        (
            {"memberships": {"noticeDays": [7, 7]}},
            "memberships",
            "noticeDays must be at most 5 different numbers of days",
        ),
        (
            {"memberships": {"noticeDays": [1, 2, 3, 4, 5, 6]}},
            "memberships",
            "noticeDays must be at most 5 different numbers of days",
        ),
        ({"memberships": {"days": [7]}}, "memberships.days", "unknown key"),
        ({"memberships": None}, "memberships", "must be a mapping"),
        ({"profile": {"requiredFields": [""]}}, "profile.requiredFields[0]", "must not be empty"),
        ({"profile": {"requiredFields": [7]}}, "profile.requiredFields[0]", "must be text"),
        ({"profile": {"requiredFields": "phone"}}, "profile.requiredFields", "must be a list"),
        (
            {"profile": {"requiredFields": ["phone", "phone"]}},
            "profile",
            "requiredFields must name each field once",
        ),
        (
            {"profile": {"requiredFields": [f"field-{number}" for number in range(101)]}},
            "profile",
            "requiredFields must have at most 100 entries",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(document, path, message):
    with pytest.raises(RulesInvalid) as refusal:
        parse_rules(document)
    assert list(refusal.value.problems) == [(path, message)]


def test_both_survive_the_way_into_the_database_and_back():
    data = {"memberships": {"noticeDays": [14, 3]}, "profile": {"requiredFields": ["phone", "birthday"]}}
    stored = rules_to_data(parse_rules(data))
    assert (stored["memberships"], stored["profile"]) == (data["memberships"], data["profile"])
    assert rules_to_data(parse_rules(stored)) == stored


def test_a_required_field_that_the_cards_do_not_have_is_doubted():
    rules = parse_rules({"profile": {"requiredFields": ["phone", "shoe-size"]}})
    [warning] = find_unknown_fields(rules, fields={"phone", "birthday"})
    assert (warning.path, warning.code) == ("profile.requiredFields[1]", "UNKNOWN_FIELD")
    assert warning.message == 'The cards of the program have no field with the key "shoe-size" that takes values.'
    assert find_unknown_fields(rules, fields={"phone", "shoe-size"}) == ()
