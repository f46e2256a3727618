"""Any life of several orders, with hooks lost, doubled, late and out of order: the reconciliation heals it all.

Each step of a story happens to one of three orders; then any of the orders are settled, in any order, any number of
times: a hook that is lost is not there, one that is late stands after a later step. At the end the reconciliation
walks, as the periodic task does. The reference is the same life with each hook in its place.
"""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty.models import LoyaltyAccount, OrderRecord
from saleor_loyalty.orders import claim_reconciliation, reconcile_batch
from saleor_loyalty.programs.active_program import forget_versions
from tests import club
from tests.orders.test_any_order_of_events import NO_MONEY_ALONE, happen

from .scenes import audit

pytestmark = pytest.mark.django_db

ORDERS = 3
numbers = st.integers(0, ORDERS - 1)
stories = st.lists(
    st.tuples(numbers, st.sampled_from(NO_MONEY_ALONE), st.lists(numbers, max_size=4)), min_size=1, max_size=8
)


NEVER_SEEN = OrderRecord(state="CANCELED")
"""What an order comes to that was cancelled before anybody looked at it: it has no record."""


class Undo(Exception):
    pass


def live(story, *, is_faithful):
    """Tell the story in a club of its own; return what stands of each order and what the customer has."""
    forget_versions()
    club.open_channel()
    club.publish(club.rules())
    dana, variant = club.add_customer(), club.add_variant(price="33.33")
    club.give(dana, 2000)
    orders = []
    for number in range(ORDERS):
        checkout = club.fill_cart(dana, variant, 5)
        if number:
            club.apply(checkout, 100 * number)
        orders.append(club.complete(checkout))
    for number, step, hooks in story:
        happen(step, orders[number])
        for told in [number] if is_faithful else hooks:
            club.settle(orders[told])
    at = club.now() + datetime.timedelta(seconds=1)
    claim = claim_reconciliation(at=at)
    assert reconcile_batch(claim, limit=100, at=at).failed == ()
    assert audit() == []
    records = {record.order_id: record for record in OrderRecord.objects.all()}
    standing = [
        (record.awarded - record.reversed, record.unrecovered, record.redeemed, record.returned, record.state)
        for record in (records.get(str(order.pk), NEVER_SEEN) for order in orders)
    ]
    return standing, club.points_of(LoyaltyAccount.objects.get())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_after_the_reconciliation_the_points_are_those_of_a_faithful_life(db, story):
    found = []
    for is_faithful in (False, True):
        try:
            with transaction.atomic():
                found.append(live(story, is_faithful=is_faithful))
                raise Undo
        except Undo:
            assert not OrderRecord.objects.exists()
    assert found[0] == found[1]
