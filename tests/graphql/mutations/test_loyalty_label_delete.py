"""``loyaltyLabelDelete``."""

from __future__ import annotations

from saleor_loyalty.cards import open_automatic_label
from saleor_loyalty.models import AccountLabel, Label
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_DELETE, answer, assert_wrong_ids_are_refused, make_label, refused


def test_a_label_is_deleted_everywhere(staff: Api, account):
    made = make_label(account, "VIP", is_assigned=True)
    label = answer(staff, LABEL_DELETE, id=gid("LoyaltyLabel", made))["label"]
    assert (label["id"], label["name"], label["accountsCount"]) == (gid("LoyaltyLabel", made), "VIP", 0)
    assert (Label.objects.count(), AccountLabel.objects.count()) == (0, 0)


def test_an_automatic_label_is_refused(staff: Api, program):
    made = open_automatic_label(program.pk, key="plan", name="Plan", at=club.now())
    assert refused(staff, LABEL_DELETE, id=gid("LoyaltyLabel", made)) == [("id", "INVALID", None)]


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, LABEL_DELETE, "LoyaltyLabel")
