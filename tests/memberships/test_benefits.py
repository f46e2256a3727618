"""What members earn: the customer's words get into baskets where the rules ask for them, and stay on the order."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import cards
from saleor_loyalty.basket import basket_from_json
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import OrderRecord
from saleor_loyalty.programs import load_version, update_draft
from saleor_loyalty.programs.active_program import forget_versions
from saleor_loyalty.rules import receipt_from_json, receipt_holds
from tests import club

from .builders import STAFF, a_plan, by_hand, cancel, freeze, memberships_of

pytestmark = pytest.mark.django_db


def member_rules(**conditions):
    rules = club.rules(trigger="ORDER_PLACED")
    rules["earning"].append({"key": "more", "type": "MULTIPLIER", "multiplier": "1.5", "conditions": conditions})
    return rules


@pytest.fixture
def variant(program):
    return club.add_variant("SET", price=100)


@pytest.fixture
def gold(account, program):
    """Dana is a Gold member today; the rules multiply what members earn."""
    club.publish(member_rules(plans=["gold"]))
    by_hand(account, a_plan(program), at=club.now())
    return memberships_of(account)[0]


def earned(user, variant) -> int:
    return club.settle(club.order_of(user, variant)).earnable


def test_an_active_member_earns_more(dana, variant, gold):
    assert earned(dana, variant) == 150


def test_a_frozen_a_cancelled_and_no_member_earn_no_more(dana, variant, gold):
    assert earned(club.add_customer("noa@example.com"), variant) == 100
    freeze(gold, at=club.now())
    assert earned(dana, variant) == 100
    cancel(gold, at=club.now())
    assert earned(dana, variant) == 100


def test_the_order_that_buys_the_plan_does_not_earn_by_it(dana, program):
    club.publish(member_rules(plans=["gold"]))
    sold_by = club.add_variant("GOLD", price=100)
    a_plan(program, sold_by)

    record = club.settle(club.order_of(dana, sold_by, is_paid=True))

    assert record.earnable == 100
    assert earned(dana, sold_by) == 150


def test_an_order_keeps_the_words_it_was_judged_by(dana, variant, gold):
    record = club.settle(club.order_of(dana, variant))
    cancel(gold, at=club.now())

    record = OrderRecord.objects.get(pk=record.pk)
    assert (record.customer["plans"], record.customer["labels"]) == (["gold"], [])
    basket = basket_from_json({**record.basket, "customer": record.customer})
    rules = load_version(record.program_version_id).rules
    receipt = receipt_from_json(record.receipt)
    assert receipt_holds(receipt, basket=basket, rules=rules, at=basket.at)
    assert not receipt_holds(
        receipt, basket=dataclasses.replace(basket, customer=type(basket.customer)()), rules=rules, at=basket.at
    )


def test_labels_count_by_their_key(dana, variant, account, program):
    label = cards.create_label(program.pk, name="VIP guests", at=club.now())
    cards.assign_labels([account.pk], label_ids=[label.pk], actor=STAFF, at=club.now())
    club.publish(member_rules(labels=["vip-guests"]))

    assert earned(dana, variant) == 150


def test_a_guest_who_types_a_members_address_earns_no_more(dana, variant, gold):
    record = club.settle(club.order_of(None, variant, email=dana.email))

    assert record.earnable == 100


def test_the_draft_doubts_words_that_the_program_does_not_have(program):
    a_plan(program)
    labels, plans = ["plan:gold", "vip"], ["gold", "silver"]

    found = update_draft(program.pk, data=member_rules(labels=labels, plans=plans), at=club.now()).warnings

    assert [(doubt.code, doubt.path) for doubt in found] == [
        ("UNKNOWN_LABEL", "earning[1].conditions.labels[1]"),
        ("UNKNOWN_PLAN", "earning[1].conditions.plans[1]"),
    ]


@pytest.mark.parametrize(
    ("conditions", "more"), [({"memberStatus": ["MEMBER"]}, 0), ({"plans": ["gold"]}, 1), ({"labels": ["x"]}, 1)]
)
def test_only_what_the_rules_mention_costs_a_statement(dana, variant, program, conditions, more):
    def statements(rules):
        club.publish(rules)
        forget_versions()
        club.settle(club.order_of(dana, variant))  # now the process knows the version
        order = club.order_of(dana, variant)
        with CaptureQueriesContext(connection) as queries:
            club.settle(order)
        return len(queries)

    open_account(program, user_id=dana.pk, at=club.now())
    plain = statements(member_rules())

    assert statements(member_rules(**conditions)) - plain == more
