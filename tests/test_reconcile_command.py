"""``manage.py loyalty_reconcile``: what it heals and prints, where it goes on, and how it ends."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from playground.models import Order
from saleor_loyalty.models import OrderRecord, ReconciliationState
from saleor_loyalty.orders import BY_HAND, claim_reconciliation
from saleor_loyalty.tasks import reconcile_orders_task
from tests import club
from tests.orders.conftest import _no_version_remembered, dana, program, variant
from tests.orders.test_failures import allow, forbid
from tests.orders.test_reconciliation import orders_changed
from tests.sessions import together

__all__ = ["_no_version_remembered", "dana", "program", "variant"]

DAY = datetime.timedelta(days=1)


def reconcile(*words):
    """Return the exit code, what was printed and what the error says."""
    out = StringIO()
    try:
        call_command("loyalty_reconcile", *words, stdout=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines(), str(error)
    return 0, out.getvalue().splitlines(), ""


def test_what_was_missed_is_healed_and_said(db, dana, variant):
    # given an order of ten days ago that nobody told of, and one of yesterday that is settled
    now = club.now()
    missed, settled = orders_changed(dana, variant, now - 10 * DAY, now - DAY)
    club.settle(settled)

    # when
    code, lines, error = reconcile("--since", "30d")

    # then
    assert (code, error) == (0, "")
    assert lines == [
        f"order {missed.pk}\thealed\tstate AWARDED, awarded 100",
        "2 orders were looked at, 1 were healed, 0 failed.",
    ]
    assert club.movements() == [("EARN", 100)] * 2
    assert reconcile("--since", "30d")[1] == ["2 orders were looked at, 0 were healed, 0 failed."]


def test_what_changed_of_a_record_is_said(db, dana, variant):
    (order,) = orders_changed(dana, variant, club.now())
    club.settle(order)
    order.refresh_from_db()
    from playground import refunds

    refunds.refund_lines(order, {order.lines.get().pk: 1})
    order.save()

    assert reconcile()[1][0] == f"order {order.pk}\thealed\treversed 0 -> 100, forfeited 0 -> 100"


def test_orders_from_while_the_plugin_was_off_are_found(db, dana, variant, settings):
    # given
    orders_changed(dana, variant, club.now() - 9 * DAY)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert reconcile("--since", "30d") == (3, [], "The plugin is switched off: nothing can be judged.")

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True

    # then
    assert reconcile("--since", "30d")[0] == 0
    assert club.movements() == [("EARN", 100)]


def test_a_limit_ends_it_and_the_next_run_goes_on(db, dana, variant):
    # given
    now = club.now()
    orders_changed(dana, variant, *[now - number * DAY for number in range(5, 0, -1)])
    more = "There is more to do: run it again without --since."

    # when
    first = reconcile("--since", "30d", "--limit", "2")
    second = reconcile("--limit", "2")
    third = reconcile("--limit", "2")

    # then
    assert (first[0], first[1][-1], first[2]) == (3, "2 orders were looked at, 2 were healed, 0 failed.", more)
    assert (second[0], second[2]) == (3, more)
    assert (third[0], third[1][-1]) == (0, "1 orders were looked at, 1 were healed, 0 failed.")
    assert club.movements() == [("EARN", 100)] * 5
    assert ReconciliationState.objects.get().finished_at >= now


def test_a_failed_order_is_said_and_the_others_are_healed(db, dana, variant):
    # given a database that takes no award of the one order
    now = club.now()
    broken, sound = orders_changed(dana, variant, now - DAY, now - DAY)
    forbid("loyaltytransaction", when=f"NEW.order_id = '{broken.pk}'")

    # when
    code, lines, error = reconcile()

    # then
    assert (code, error) == (1, "1 orders could not be settled.")
    assert lines[0] == f"order {sound.pk}\thealed\tstate AWARDED, awarded 100"
    assert lines[1].startswith(f"order {broken.pk}\tfailed\tProgrammingError: out of order")
    assert club.movements() == [("EARN", 100)]

    # when
    allow()

    # then
    assert reconcile()[0] == 0
    assert club.movements() == [("EARN", 100)] * 2
    assert not OrderRecord.objects.filter(failed_at__isnull=False).exists()


def test_another_run_under_way_is_left_alone_but_the_periodic_walk_is_not_in_the_way(db, dana, variant):
    # given
    orders_changed(dana, variant, club.now() - DAY)
    claim_reconciliation(at=club.now())
    assert reconcile_orders_task() == 0

    # then
    assert reconcile()[0] == 0
    claim_reconciliation(at=club.now(), name=BY_HAND)
    assert reconcile() == (3, [], "Another run is under way.")


@pytest.mark.parametrize("words", [("--since", "soon"), ("--limit", "0"), ("--limit", "-3")])
def test_wrong_calls(db, dana, variant, words):
    assert reconcile(*words)[:2] == (2, [])
    assert not ReconciliationState.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_beside_the_periodic_task_each_order_is_awarded_once(dana, variant):
    now = club.now()
    orders_changed(dana, variant, *[now - DAY] * 4)

    outcomes = together(lambda: reconcile("--since", "30d"), reconcile_orders_task)

    assert [error for _, error in outcomes] == [None, None]
    assert club.movements() == [("EARN", 100)] * 4
    assert Order.objects.count() == 4
