"""The how-to says what works: its rules are valid, its documents fit the schema, its numbers come out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from graphql import parse, validate

from playground.graphql.schema import schema
from saleor_loyalty.graphql.enums import LoyaltyReceiptCodeEnum
from saleor_loyalty.rules import find_warnings, parse_rules
from tests import club

from .builders import reasons, report

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "earn-beyond-orders.md").read_text(encoding="utf-8")
RULES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
DOCUMENTS = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)


def test_its_rules_are_a_valid_document():
    activities, profile, bonus = RULES
    document = {**club.rules(**activities), **bonus, "profile": profile["profile"]}
    document["activities"] = [*activities["activities"], *profile["activities"]]
    rules = parse_rules(document)
    assert [rule.key for rule in rules.activities] == ["welcome", "birthday", "review", "weekend-photo", "profile"]
    assert rules.profile.required_fields == ("phone", "birthday")
    assert [found.code for found in find_warnings(rules)] == []


def test_its_documents_fit_the_schema():
    assert len(DOCUMENTS) == 3
    for document in DOCUMENTS:
        assert [str(error) for error in validate(schema(), parse(document))] == [], document


def test_its_codes_are_all_that_an_event_can_earn_nothing_by():
    codes = set(re.findall(r"^\| `([A-Z_]+)` \| ", PAGE.split("| code | why |")[1].split("\n\n")[0], re.MULTILINE))
    assert codes <= set(LoyaltyReceiptCodeEnum._meta.enum.__members__)
    assert len(codes) == 8


@pytest.mark.django_db
def test_a_review_waits_and_is_capped_as_told(dana):
    program = club.publish(club.rules(**RULES[0]))
    events = [report(program, user_id=dana.pk, external_reference=f"review-{number}") for number in range(3)]
    assert [event.points for event in events] == [50, 50, 0]
    assert reasons(events[2]) == [("LIMIT_REACHED", "review", 0, "MONTH/100")]
    assert club.points_of(dana) == (0, 100, 0, 0)
