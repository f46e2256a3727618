"""What activities cost in statements: nothing that grows with what a customer did before."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.activities import award_joining
from saleor_loyalty.programs.active_program import load_version
from tests import club

from .builders import activity, cap, publish, report
from .test_order_caps import publish as publish_for_orders

pytestmark = pytest.mark.django_db


def count(act):
    """Return the statements of an act, without savepoints."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum(not re.match(r"(RELEASE )?SAVEPOINT|ROLLBACK TO", query["sql"]) for query in queries)


def test_an_event_that_no_rule_looks_at_costs_the_same_whatever_rules_there_are(dana):
    # given
    program = publish()
    report(program, "opened", user_id=dana.pk)
    without = count(lambda: report(program, "opened", user_id=dana.pk))

    # when
    program = publish(activity(customerCaps=[cap(10_000)]), at=club.now())
    report(program, "opened", user_id=dana.pk)

    # then
    assert count(lambda: report(program, "opened", user_id=dana.pk)) == without


def test_the_hundredth_award_costs_no_more_than_the_second(dana):
    # given
    program = publish(activity(points=5, customerCaps=[cap(100, "DAY"), cap(10_000)], oncePerReference=True))
    report(program, user_id=dana.pk, external_reference="first")

    # when
    second = count(lambda: report(program, user_id=dana.pk, external_reference="second"))
    for number in range(12):
        report(program, user_id=dana.pk, external_reference=f"{number}")

    # then
    assert count(lambda: report(program, user_id=dana.pk, external_reference="last")) == second


def test_a_customer_for_whom_nothing_is_to_be_awarded_costs_two_statements_and_two_for_each_program(dana):
    program = publish(activity())
    load_version(program.published_version_id)
    assert count(lambda: award_joining(dana.pk, at=club.now())) == 4


def test_a_cap_costs_an_order_an_account_a_lock_a_sum_and_a_row(dana):
    # given
    variant = club.add_variant(price=100)
    club.publish()
    club.settle(club.order_of(dana, variant, 1))
    plain = club.order_of(dana, variant, 1)
    without = count(lambda: club.settle(plain))

    # when
    publish_for_orders(cap(10_000))
    club.settle(club.order_of(dana, variant, 1))
    capped = club.order_of(dana, variant, 1)

    # then
    assert count(lambda: club.settle(capped)) - without == 5
