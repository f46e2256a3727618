"""An account filter as JSON and back, and what is no filter."""

from __future__ import annotations

import datetime
import json

import pytest

from saleor_loyalty.accounts import (
    AccountFilter,
    IntegerRange,
    LabelChoice,
    MomentRange,
    account_filter_from_json,
    account_filter_to_json,
)
from saleor_loyalty.errors import AccountFilterInvalid

MORNING = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
EVERYTHING = AccountFilter(
    ids=(1, 2),
    programs=(3,),
    users=(),
    status="FROZEN",
    member_status="PENDING",
    labels=LabelChoice(eq=4, one_of=(5, 6), not_one_of=()),
    balance=IntegerRange(gte=-5, lte=10),
    available=IntegerRange(gte=0),
    earned=IntegerRange(lte=2_000_000_000),
    redeemed=IntegerRange(),
    last_activity_at=MomentRange(gte=MORNING),
    created_at=MomentRange(lte=MORNING),
    enrolled_at=MomentRange(),
    search="  רחל % ",
    all_of=(AccountFilter(status="ACTIVE"), AccountFilter()),
    any_of=(AccountFilter(any_of=()),),
)


def test_a_filter_survives_the_way_to_json_and_back():
    for account_filter in (AccountFilter(), EVERYTHING, AccountFilter(any_of=())):
        stored = json.loads(json.dumps(account_filter_to_json(account_filter)))
        assert account_filter_from_json(stored) == account_filter


def test_json_says_only_what_the_filter_says():
    assert account_filter_to_json(AccountFilter()) == {}
    assert account_filter_to_json(EVERYTHING) == {
        "ids": [1, 2],
        "programs": [3],
        "users": [],
        "status": "FROZEN",
        "memberStatus": "PENDING",
        "labels": {"eq": 4, "oneOf": [5, 6], "notOneOf": []},
        "balance": {"gte": -5, "lte": 10},
        "available": {"gte": 0},
        "earned": {"lte": 2_000_000_000},
        "redeemed": {},
        "lastActivityAt": {"gte": "2026-03-01T06:00:00+00:00"},
        "createdAt": {"lte": "2026-03-01T06:00:00+00:00"},
        "enrolledAt": {},
        "search": "  רחל % ",
        "AND": [{"status": "ACTIVE"}, {}],
        "OR": [{"OR": []}],
    }


def nested(depth: int) -> dict:
    return {"AND": [nested(depth - 1)]} if depth > 1 else {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "This must be an object."),
        ([], "This must be an object."),
        ({"balances": 5}, "There is no 'balances' in a filter."),
        ({"all_of": []}, "There is no 'all_of' in a filter."),
        ({"ids": 5}, "ids: This must be a list."),
        ({"ids": [True]}, "ids.0: This must be a whole number."),
        ({"ids": [1, 1.0]}, "ids.1: This must be a whole number."),
        ({"users": [-1]}, "users.0: This must be a key."),
        ({"ids": [2**63]}, "ids.0: This must be a whole number."),
        ({"ids": [1] * 101}, "ids: A filter must not have more than 100 items."),
        ({"status": "SLEEPING"}, "There is no status 'SLEEPING'."),
        ({"status": None}, "status: This must be a text."),
        ({"OR": [{}, {"memberStatus": "GUEST"}]}, "OR.1: There is no member status 'GUEST'."),
        ({"labels": {"notOneOf": ["5"]}}, "labels.notOneOf.0: This must be a whole number."),
        ({"labels": {"none": []}}, "labels: There is no 'none' in a filter."),
        ({"balance": {"gte": "5"}}, "balance.gte: This must be a whole number."),
        ({"createdAt": {"gte": "yesterday"}}, "createdAt.gte: This must be a time."),
        ({"createdAt": {"gte": "2026-03-01T06:00:00"}}, "createdAt: A time must have a time zone."),
        (
            {"createdAt": {"lte": "9999-12-31T23:59:59-14:00"}},
            "createdAt: A time must lie in the years 1 to 9999 of UTC.",
        ),
        (
            {"createdAt": {"gte": "0001-01-01T00:00:00+14:00"}},
            "createdAt: A time must lie in the years 1 to 9999 of UTC.",
        ),
        ({"search": "x" * 251}, "A search text must not be longer than 250 characters."),
        (nested(6), "AND.0.AND.0.AND.0.AND.0.AND.0: A filter must not be nested deeper than 5 levels."),
        ({"OR": [{"OR": [{}] * 99}] * 3}, "A filter must not have more than 200 parts."),
    ],
)
def test_what_is_no_filter_is_refused_with_its_path(data, message):
    with pytest.raises(AccountFilterInvalid) as caught:
        account_filter_from_json(data)
    assert (caught.value.code, caught.value.field, caught.value.message) == ("INVALID", "filter", message)


def test_a_filter_that_searches_is_only_for_those_who_may_know_people():
    assert AccountFilter(search="anna").looks_for_people
    assert AccountFilter(any_of=(AccountFilter(all_of=(AccountFilter(search="anna"),)),)).looks_for_people
    assert not AccountFilter(search="  ", users=(1,)).looks_for_people
