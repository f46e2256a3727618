"""The proof and the healing as operators run them in a real Saleor, by commands."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from graphene import Node
from saleor.order.models import Fulfillment, Order, OrderEvent

from saleor_loyalty.models import OrderRecord
from tests.scenarios.stories import DANA, buy, moves, open_club


@pytest.fixture
def missed(shop, monkeypatch):
    """An order of two days ago that was delivered and paid with points, and of which no hook told after that."""
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 2}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    order = buy(shop, checkout)
    with monkeypatch.context() as patch:
        patch.setattr("saleor_loyalty.tasks.schedule_settlement", lambda order_id: None)
        shop.fulfill(order)
    past = timezone.now() - datetime.timedelta(days=2)
    Order.objects.update(updated_at=past)
    Fulfillment.objects.update(created_at=past)
    OrderEvent.objects.update(date=past)
    return Node.from_global_id(order)[1]


def run(*words):
    """Return the exit code, what was printed and what the error says."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines(), str(error)
    return 0, out.getvalue().splitlines(), ""


def test_the_audit_names_what_was_missed_shows_what_would_mend_it_and_does_it(shop, missed):
    # when
    code, lines, error = run("loyalty_audit")

    # then
    assert (code, error) == (1, "1 findings: 1 AWARD_MISSING.")
    assert [line.split("\t")[2:4] for line in lines] == [[f"order {missed}", "AWARD_MISSING"]]

    # when
    code, lines, _ = run("loyalty_audit", "--heal")

    # then
    assert (code, moves(shop)) == (1, [("GIVE", 1000), ("REDEEM", -200)])
    assert lines[-1].endswith(f"order {missed}: EARN +180")

    # when
    code, lines, _ = run("loyalty_audit", "--heal", "--yes")

    # then
    assert (code, lines[-2:]) == (0, ["Audited again:", "Nothing differs."])
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -200), ("EARN", 180)]
    assert run("loyalty_audit") == (0, ["Nothing differs."], "")


def test_the_reconciliation_settles_what_was_missed_and_says_so(shop, missed):
    # when
    done = run("loyalty_reconcile", "--since", "30d")

    # then
    record = OrderRecord.objects.get()
    assert (record.order_id, record.awarded) == (missed, 180)
    healed = f"order {missed}\thealed\tstate PENDING -> AWARDED, awarded 0 -> 180"
    assert done == (0, [healed, "1 orders were looked at, 1 were healed, 0 failed."], "")
    again = run("loyalty_reconcile", "--since", "30d")
    assert again == (0, ["1 orders were looked at, 0 were healed, 0 failed."], "")
