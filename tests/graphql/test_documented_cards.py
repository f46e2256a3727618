"""``docs/how-to/keep-customer-cards.md``: its operations are valid and do what it tells."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import parse, validate

from playground.graphql.schema import schema
from saleor_loyalty.graphql.schema import MUTATIONS

from .test_authorization import camel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "keep-customer-cards.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_operation_is_one_of_the_schema():
    operations = re.findall(r"```graphql\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(operations) == 8
    for operation in operations:
        assert [str(error) for error in validate(schema(), parse(operation))] == [], operation


def test_every_mutation_of_cards_is_told_of():
    told = set(re.findall(r"loyalty(?:Label|Note|CustomField|Card)\w+", TEXT)) - {
        "loyaltyLabels",
        "loyaltyCustomFields",
    }
    named = {camel(name) for name in MUTATIONS if re.match("loyalty_(label|note|custom|card)_?", name)}
    assert told == named


def test_the_operation_of_reporting_events_is_one_of_the_schema():
    text = PAGE.with_name("report-events.md").read_text(encoding="utf-8")
    [operation] = re.findall(r"```graphql\n(.*?)```", text, flags=re.DOTALL)
    assert [str(error) for error in validate(schema(), parse(operation))] == []
