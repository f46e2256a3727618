"""``loyaltyLabelMerge``."""

from __future__ import annotations

from saleor_loyalty.cards import open_automatic_label
from saleor_loyalty.models import Label
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_MERGE, answer, assert_wrong_ids_are_refused, make_label, refused


def test_two_labels_become_one(staff: Api, account):
    # given
    old, kept = make_label(account, "VIPs", is_assigned=True), make_label(account, "VIP", is_assigned=True)

    # when
    label = answer(staff, LABEL_MERGE, id=gid("LoyaltyLabel", old), into=gid("LoyaltyLabel", kept))["label"]

    # then
    assert label == {
        "id": gid("LoyaltyLabel", kept),
        "name": "VIP",
        "key": "vip",
        "isAutomatic": False,
        "accountsCount": 1,
    }
    assert list(Label.objects.all()) == [kept]


def test_labels_that_cannot_be_merged_are_refused(staff: Api, account):
    vip = gid("LoyaltyLabel", make_label(account, "VIP"))
    automatic = open_automatic_label(account.program_id, key="plan", name="Plan", at=club.now())
    automatic_id = gid("LoyaltyLabel", automatic)
    assert refused(staff, LABEL_MERGE, id=vip, into=vip) == [("into", "INVALID", None)]
    assert refused(staff, LABEL_MERGE, id=automatic_id, into=vip) == [("id", "INVALID", None)]
    assert refused(staff, LABEL_MERGE, id=vip, into=automatic_id) == [("into", "INVALID", None)]
    assert refused(staff, LABEL_MERGE, id=vip, into="garbage") == [("into", "INVALID", None)]
    assert refused(staff, LABEL_MERGE, id=vip, into=gid("LoyaltyLabel", 0)) == [("into", "NOT_FOUND", None)]


def test_wrong_ids_are_refused(staff: Api, account):
    assert_wrong_ids_are_refused(
        staff, LABEL_MERGE, "LoyaltyLabel", into=gid("LoyaltyLabel", make_label(account, "VIP"))
    )
