"""``loyaltyLabelAssign``."""

from __future__ import annotations

from saleor_loyalty.models import AccountLabel, LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_ASSIGN, answer, make_label, refused


def test_labels_are_put_on_accounts_once(staff: Api, account):
    # given
    second = club.give(club.add_customer("omar@example.com"), 5)
    labels = [make_label(account, name) for name in ("VIP", "Regulars")]
    variables = {
        "accounts": [gid("LoyaltyAccount", second), gid("LoyaltyAccount", account)],
        "labels": [gid("LoyaltyLabel", label) for label in labels],
    }

    # when
    first = answer(staff, LABEL_ASSIGN, **variables)
    again = answer(staff, LABEL_ASSIGN, **variables)

    # then
    both = [{"name": "Regulars"}, {"name": "VIP"}]
    assert first == {
        "accounts": [
            {"id": gid("LoyaltyAccount", account), "labels": both, "fields": []},
            {"id": gid("LoyaltyAccount", second), "labels": both, "fields": []},
        ],
        "changed": 4,
    }
    assert again == {**first, "changed": 0}
    assert set(AccountLabel.objects.values_list("actor_kind", "actor_id")) == {("STAFF", staff.user.pk)}


def test_wrong_accounts_and_labels_are_refused(staff: Api, account):
    accounts, labels = [gid("LoyaltyAccount", account)], [gid("LoyaltyLabel", make_label(account, "VIP"))]
    for changed, field, code in (
        ({"accounts": []}, "accounts", "INVALID"),
        ({"labels": []}, "labels", "INVALID"),
        ({"accounts": accounts * 101}, "accounts", "INVALID"),
        ({"labels": labels * 21}, "labels", "INVALID"),
        ({"accounts": [*accounts, "garbage"]}, "accounts", "INVALID"),
        ({"labels": [*labels, accounts[0]]}, "labels", "INVALID"),
        ({"accounts": [*accounts, gid("LoyaltyAccount", 0)]}, "accounts", "NOT_FOUND"),
        ({"labels": [*labels, gid("LoyaltyLabel", 0)]}, "labels", "NOT_FOUND"),
    ):
        found = refused(staff, LABEL_ASSIGN, **{"accounts": accounts, "labels": labels, **changed})
        assert found == [(field, code, None)]


def test_a_closed_account_gets_no_label(staff: Api, account):
    label = make_label(account, "VIP")
    LoyaltyAccount.objects.update(status="CLOSED")
    variables = {"accounts": [gid("LoyaltyAccount", account)], "labels": [gid("LoyaltyLabel", label)]}
    assert refused(staff, LABEL_ASSIGN, **variables) == [("accounts", "ACCOUNT_FROZEN", None)]
