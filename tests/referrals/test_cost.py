"""What referrals cost an order's settlement: nothing where the customer was not invited."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.order_facts import read_order_facts
from saleor_loyalty.models import OrderRecord
from saleor_loyalty.orders import settle_order
from saleor_loyalty.referrals import settle_referral
from tests import club

from .builders import buy

pytestmark = pytest.mark.django_db


def statements(work) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        work()
    return [query["sql"] for query in found if "SAVEPOINT" not in query["sql"]]


def test_an_order_of_somebody_who_was_not_invited_asks_nothing_of_referrals(referral, dana, variant):
    # given
    order = buy(dana, variant)
    facts = read_order_facts(str(order.pk))

    # when
    seen = statements(lambda: settle_order(facts, at=club.now()))

    # then
    assert OrderRecord.objects.get().is_referred is False
    assert [sql for sql in seen if sql.startswith("SELECT") and 'FROM "saleor_loyalty_referral"' in sql[:400]] == []


@pytest.mark.parametrize("is_settled", [False, True])
def test_an_order_of_an_invited_customer_in_which_nothing_changes_costs_four(referral, noa, variant, is_settled):
    # given
    small = club.add_variant("SMALL", price=10)
    order = buy(noa, variant if is_settled else small)
    facts, at = read_order_facts(str(order.pk)), club.now()
    settle_order(facts, at=at)
    record = OrderRecord.objects.get()
    assert record.is_referred is True

    # when
    seen = statements(
        lambda: settle_referral(facts, program_id=record.program_id, account_id=record.account_id, at=at)
    )

    # then: of a claim without an order both ways to find it are tried
    assert len(seen) == (3 if is_settled else 4)
