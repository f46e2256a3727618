"""``loyaltyLabelUnassign``."""

from __future__ import annotations

from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_UNASSIGN, answer, make_label, refused


def test_labels_are_taken_off_accounts_once(staff: Api, account):
    vip = make_label(account, "VIP", is_assigned=True)
    make_label(account, "Regulars", is_assigned=True)
    variables = {"accounts": [gid("LoyaltyAccount", account)], "labels": [gid("LoyaltyLabel", vip)]}

    first = answer(staff, LABEL_UNASSIGN, **variables)

    expected = {"id": gid("LoyaltyAccount", account), "labels": [{"name": "Regulars"}], "fields": []}
    assert first == {"accounts": [expected], "changed": 1}
    assert answer(staff, LABEL_UNASSIGN, **variables) == {"accounts": [expected], "changed": 0}


def test_wrong_accounts_and_labels_are_refused(staff: Api, account):
    accounts = [gid("LoyaltyAccount", account)]
    labels = [gid("LoyaltyLabel", make_label(account, "VIP", is_assigned=True))]
    for changed, field, code in (
        ({"accounts": []}, "accounts", "INVALID"),
        ({"labels": labels * 21}, "labels", "INVALID"),
        ({"accounts": ["garbage"]}, "accounts", "INVALID"),
        ({"labels": [*labels, gid("LoyaltyLabel", 0)]}, "labels", "NOT_FOUND"),
    ):
        found = refused(staff, LABEL_UNASSIGN, **{"accounts": accounts, "labels": labels, **changed})
        assert found == [(field, code, None)]
