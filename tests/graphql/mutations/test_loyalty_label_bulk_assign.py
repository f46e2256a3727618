"""``loyaltyLabelBulkAssign`` and ``loyaltyLabelBulkUnassign``."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import AccountLabel
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_BULK_ASSIGN, LABEL_BULK_UNASSIGN, answer, make_label, refused


def test_who_is_meant_by_a_filter_gets_a_label_and_loses_it(staff: Api, account):
    # given
    club.give(club.add_customer("omar@example.com"), 5)
    vip = make_label(account, "VIP")
    data = {"labels": [gid("LoyaltyLabel", vip)], "where": {"balance": {"range": {"gte": 500}}}}

    # when / then
    assert answer(staff, LABEL_BULK_ASSIGN, input=data) == {"accounts": 1, "changed": 1, "endCursor": None}
    assert answer(staff, LABEL_BULK_ASSIGN, input=data) == {"accounts": 1, "changed": 0, "endCursor": None}
    assert list(AccountLabel.objects.values_list("account", "actor_id")) == [(account.pk, staff.user.pk)]
    assert answer(staff, LABEL_BULK_UNASSIGN, input=data) == {"accounts": 1, "changed": 1, "endCursor": None}
    assert AccountLabel.objects.count() == 0


def test_it_goes_on_after_the_cursor(staff: Api, account):
    other = club.give(club.add_customer("omar@example.com"), 5)
    data = {
        "labels": [gid("LoyaltyLabel", make_label(account, "VIP"))],
        "search": "example.com",
        "after": gid("LoyaltyAccount", account),
    }

    assert answer(staff, LABEL_BULK_ASSIGN, input=data) == {"accounts": 1, "changed": 1, "endCursor": None}
    assert AccountLabel.objects.get().account == other


@pytest.mark.parametrize("document", [LABEL_BULK_ASSIGN, LABEL_BULK_UNASSIGN])
def test_a_filter_that_says_nothing_and_wrong_ids_are_refused(staff: Api, account, document):
    label = gid("LoyaltyLabel", make_label(account, "VIP", is_assigned=True))
    right = {"labels": [label], "where": {"balance": {"range": {"gte": 0}}}}
    for changed, field, code in (
        ({"where": None}, "where", "REQUIRED"),
        ({"where": {}}, "where", "REQUIRED"),
        ({"where": None, "search": "  "}, "where", "REQUIRED"),
        ({"where": {"OR": [{}]}}, "where", "INVALID"),
        ({"labels": []}, "labels", "INVALID"),
        ({"labels": [gid("LoyaltyAccount", account)]}, "labels", "INVALID"),
        ({"labels": [gid("LoyaltyLabel", 0)]}, "labels", "NOT_FOUND"),
        ({"after": label}, "after", "INVALID"),
    ):
        assert refused(staff, document, input={**right, **changed}) == [(field, code, None)]
