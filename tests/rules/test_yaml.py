import pytest

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import rules_from_yaml, rules_to_yaml

HEAD = """\
channels:
- key: main
  channel: default
  currency: ILS
"""


def problems(text):
    with pytest.raises(RulesInvalid) as caught:
        rules_from_yaml(text)
    return list(caught.value.problems)


def test_a_plain_document_is_read():
    parsed = rules_from_yaml(HEAD + "startsAt: 2026-01-01T00:00:00+02:00\npointNames: {he: {other: נקודות}}\n")
    assert parsed.channels[0].channel == "default"
    assert parsed.starts_at.isoformat() == "2026-01-01T00:00:00+02:00"
    assert "נקודות" in rules_to_yaml(parsed)


def test_an_empty_text_is_an_empty_document():
    assert rules_from_yaml("").channels == ()


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (HEAD + "  key: again\n", "channels[0].key", "is given twice, again on line 5"),
        (HEAD + "channels: []\n", "channels", "is given twice, again on line 5"),
        (
            "pendingDays: &days 5\nreservationMinutes: *days\n",
            "reservationMinutes",
            "aliases are not allowed; write the value out",
        ),
        ("earning: &all [*all]\n", "earning[0]", "aliases are not allowed; write the value out"),
        (
            "pendingDays: !!python/object:object {}\n",
            "pendingDays",
            "the tag tag:yaml.org,2002:python/object:object is not",
        ),
        ("earning: !!set {a}\n", "earning", "the tag tag:yaml.org,2002:set is not allowed"),
        ("trigger: !secret ORDER_PAID\n", "trigger", "the tag !secret is not allowed"),
        ("pendingDays: 0x_\n", "pendingDays", "'0x_' cannot be read"),
        ("1: 2\n", "1", "keys must be text; put it in quotes"),
        ("true: 2\n", "true", "keys must be text; put it in quotes"),
        ("? [a]\n: 2\n", "?", "keys must be text; put it in quotes"),
        ("- a\n", "document", "must be a mapping"),
        ("just text", "document", "must be a mapping"),
        ("a: [\n", "document", "line 2, column 1: expected the node content, but found '<stream end>'"),
        ("a: 1\n---\nb: 1\n", "document", "line 2, column 1: but found another document"),
        ("a: \x01", "document", "unacceptable character #x0001: special characters are not allowed"),
        ("earning: " + "[" * 5000, "document", "is nested too deeply"),
        ("a" * 1_000_001, "document", "must have at most 1000000 characters"),
        ("pendingDays: 1.5\n", "pendingDays", "must be a whole number"),
        (
            "startsAt: 2026-01-01 00:00:00\n",
            "startsAt",
            "must have an offset from UTC, like 2026-01-31T00:00:00+00:00",
        ),
    ],
)
def test_what_is_not_a_plain_document_is_refused_with_its_place(text, path, message):
    found = problems(text)
    assert [entry[0] for entry in found] == [path]
    assert message in found[0][1]


def test_an_unquoted_fraction_is_refused_because_it_would_be_a_binary_float():
    text = HEAD + "redemption:\n- {key: a, type: FIXED, points: 100, value: 10.5}\n"
    assert problems(text) == [
        ("redemption[0].value", 'must be text like "10.50" or a whole number, not a floating-point number')
    ]
