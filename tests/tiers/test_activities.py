"""Points for activities count for tiers, also after they were moved; what staff take back does not."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import reverse_by_hand
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyTransaction
from tests import club
from tests.activities.builders import activity, report

from .builders import account_of, buy, changes, publish, tier_of


@pytest.fixture
def reviewed(program, dana, variant):
    """Dana bought for 50 and wrote a review for 60."""
    program = publish(activities=[activity(points=60)])
    club.change_price(variant, 50)
    buy(dana, variant, 1)
    assert tier_of(dana) == ""
    event = report(program, user_id=dana.pk)
    assert event.points == 60
    return dana


def test_points_for_an_activity_reach_a_tier_together_with_those_of_orders(reviewed):
    assert (tier_of(reviewed), changes(reviewed)) == ("silver", [("", "silver", "EARNED")])
    assert account_of(reviewed).tier_status.qualifying == {"points": 110}


def test_what_staff_take_back_of_it_does_not_count(reviewed):
    award = LoyaltyTransaction.objects.get(type="EARN", source="REVIEW")

    reverse_by_hand(
        award.pk, at=club.now(), idempotency_key="back", actor=Actor("STAFF", 1), reason="Fake", internal_note=""
    )

    assert (tier_of(reviewed), changes(reviewed)[-1]) == ("", ("silver", "", "REVERSED"))
    assert account_of(reviewed).tier_status.qualifying == {"points": 50}
