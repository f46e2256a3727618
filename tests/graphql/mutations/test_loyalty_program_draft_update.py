"""``loyaltyProgramDraftUpdate``."""

from __future__ import annotations

import json

import pytest

from saleor_loyalty.models import ProgramVersion
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.program_documents import DRAFT, assert_wrong_ids_are_refused, draft, programs_written, refused


def test_a_draft_is_stored_beside_the_published_version(staff: Api, program):
    # given
    rules = club.rules(earning=[{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 3}])

    # when
    answer = draft(staff, program, rules)

    # then
    assert (answer["errors"], answer["warnings"], answer["program"]) == ([], [], {"status": "ACTIVE"})
    version = answer["version"]
    assert (version["number"], version["publishedAt"]) == (2, None)
    assert version["earningRules"] == [{"key": "basic", "points": 3}]
    stored = json.loads(version["rules"])
    assert stored["earning"][0]["points"] == 3
    assert stored == ProgramVersion.objects.get(published_at=None).rules


def test_each_problem_of_the_rules_is_an_error_with_its_path(staff: Api, program):
    # given
    rules = club.rules(earning=[{"key": "a", "type": "CONVERSION_RATE", "points": 1.5, "colour": "red"}])
    rules["guestEarning"] = "SOMETIMES"

    # when
    errors = refused(staff, DRAFT, id=gid("LoyaltyProgram", program), rules=json.dumps(rules))

    # then
    assert errors == [
        ("rules", "RULE_INVALID", "guestEarning"),
        ("rules", "RULE_INVALID", "earning[0].points"),
        ("rules", "RULE_INVALID", "earning[0].colour"),
    ]


@pytest.mark.parametrize("rules", ["[]", "5", '"text"', "true"])
def test_rules_that_are_no_object_are_refused(staff: Api, program, rules: str):
    assert refused(staff, DRAFT, id=gid("LoyaltyProgram", program), rules=rules) == [("rules", "RULE_INVALID", "")]


@pytest.mark.parametrize("rules", ["{", "", "null"])
def test_rules_that_are_no_json_are_refused_by_graphql_itself(staff: Api, program, rules: str):
    before = programs_written()
    answer = staff.ask(DRAFT, id=gid("LoyaltyProgram", program), rules=rules)
    assert (answer["data"], len(answer["errors"])) == (None, 1)
    assert programs_written() == before


def test_doubts_about_the_rules_are_warnings(staff: Api, program):
    club.open_channel("eu", currency="EUR")
    rules = club.rules()
    rules["channels"].append({"key": "eu", "channel": "eu", "currency": "EUR"})
    answer = draft(staff, program, rules)
    assert answer["errors"] == []
    assert [(warning["path"], warning["code"]) for warning in answer["warnings"]] == [
        ("channels[1]", "POINT_WORTH_NOT_COMPARABLE")
    ]


def test_a_wrong_id_is_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, DRAFT, rules=json.dumps(club.rules()))
