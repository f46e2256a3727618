"""``loyaltyLabelUpdate``."""

from __future__ import annotations

import pytest

from saleor_loyalty.cards import open_automatic_label
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_UPDATE, answer, assert_wrong_ids_are_refused, make_label, refused


def test_a_label_is_renamed(staff: Api, account):
    made = make_label(account, "VIPs", is_assigned=True)
    label = answer(staff, LABEL_UPDATE, id=gid("LoyaltyLabel", made), input={"name": "VIP"})["label"]
    assert label == {
        "id": gid("LoyaltyLabel", made),
        "name": "VIP",
        "key": "vips",
        "isAutomatic": False,
        "accountsCount": 1,
    }


@pytest.mark.parametrize(
    ("name", "code"), [("", "REQUIRED"), ("x" * 251, "INVALID"), ("REGULARS", "ALREADY_EXISTS"), ("a\tb", "INVALID")]
)
def test_a_wrong_name_is_refused(staff: Api, account, name: str, code: str):
    made = make_label(account, "VIP")
    make_label(account, "Regulars")
    found = refused(staff, LABEL_UPDATE, id=gid("LoyaltyLabel", made), input={"name": name})
    assert found == [("name", code, None)]


def test_an_automatic_label_is_refused(staff: Api, program):
    made = open_automatic_label(program.pk, key="plan", name="Plan", at=club.now())
    found = refused(staff, LABEL_UPDATE, id=gid("LoyaltyLabel", made), input={"name": "VIP"})
    assert found == [("id", "INVALID", None)]


def test_wrong_ids_are_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, LABEL_UPDATE, "LoyaltyLabel", input={"name": "VIP"})
