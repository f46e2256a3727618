"""Filters by tier: stored and read back, as an input of the API, and what they find."""

from __future__ import annotations

import json

import pytest

from saleor_loyalty.accounts import (
    AccountFilter,
    account_filter_from_json,
    account_filter_to_json,
    select_accounts,
)
from saleor_loyalty.errors import AccountFilterInvalid
from saleor_loyalty.graphql.filters import account_filter
from saleor_loyalty.graphql.where_text import where_of
from saleor_loyalty.models import LoyaltyAccount
from tests import club


@pytest.mark.parametrize("tiers", [("gold",), ("gold", ""), ()])
def test_a_filter_by_tier_survives_being_stored_and_being_shown(tiers):
    wanted = AccountFilter(tiers=tiers, any_of=(AccountFilter(tiers=("silver",)),))

    stored = json.loads(json.dumps(account_filter_to_json(wanted)))

    assert stored == {"tiers": list(tiers), "OR": [{"tiers": ["silver"]}]}
    assert account_filter_from_json(stored) == wanted
    assert where_of(wanted) == {"tier": {"oneOf": list(tiers)}, "OR": [{"tier": {"oneOf": ["silver"]}}]}
    where = {"tier": {"one_of": list(tiers)}, "OR": [{"tier": {"one_of": ["silver"]}}]}
    assert account_filter(where) == wanted


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"tiers": "gold"}, "tiers: This must be a list."),
        ({"tiers": [1]}, "tiers.0: This must be a text."),
        ({"tiers": ["x" * 65]}, "There is no such tier."),
        ({"tiers": ["a\x00"]}, "There is no such tier."),
        ({"tiers": ["gold"] * 101}, "tiers: A filter must not have more than 100 items."),
        ({"tier": "gold"}, "There is no 'tier' in a filter."),
    ],
)
def test_what_is_no_filter_by_tier_is_refused(data, message):
    with pytest.raises(AccountFilterInvalid) as error:
        account_filter_from_json(data)

    assert error.value.message == message


def test_it_finds_those_with_the_tiers_and_those_with_none(db):
    club.open_channel()
    club.publish()
    emails = {"gold": "gold@example.com", "silver": "silver@example.com", "": "plain@example.com"}
    for tier, email in emails.items():
        account = club.give(club.add_customer(email), 10)
        LoyaltyAccount.objects.filter(pk=account.pk).update(tier_key=tier)

    def found(**wanted):
        rows = select_accounts(AccountFilter(**wanted)).order_by("pk")
        return list(rows.values_list("tier_key", flat=True))

    assert found(tiers=("gold",)) == ["gold"]
    assert found(tiers=("", "silver")) == ["silver", ""]
    assert found(tiers=()) == []
    assert found(all_of=(AccountFilter(tiers=("gold",)), AccountFilter(tiers=("silver",)))) == []
    assert found(any_of=(AccountFilter(tiers=("gold",)), AccountFilter(tiers=("silver",)))) == ["gold", "silver"]
