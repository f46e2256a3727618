"""The sweep over memberships whose day has come: account by account, and an account that fails stops no other."""

from __future__ import annotations

import pytest

from playground.models import Order
from saleor_loyalty import cards
from saleor_loyalty.ledger import open_account
from saleor_loyalty.memberships import follow_memberships
from saleor_loyalty.models import LoyaltyProgram, Membership
from tests import club

from .builders import NOW, a_plan, by_hand, day, follow, history, labels_of, noon

pytestmark = pytest.mark.django_db


def test_an_account_that_fails_does_not_stop_the_others(program, plan, caplog):
    users = [club.add_customer(f"{number}@example.com") for number in range(3)]
    accounts = [open_account(program, user_id=user.pk, at=NOW) for user in users]
    ours = [by_hand(account, plan, starts_on=day("2026-03-12")) for account in accounts]
    other = LoyaltyProgram.objects.create(name="Other", slug="other", created_at=NOW, updated_at=NOW)
    foreign = cards.create_label(other.pk, name="Foreign", at=NOW)
    Membership.objects.filter(pk=ours[0].pk).update(label=foreign)

    assert [follow_memberships(at=noon("2026-03-12"), limit=1) for _ in range(3)] == [1, 1, 0]

    assert [labels_of(account) for account in accounts] == [[], ["Gold"], ["Gold"]]
    assert history(ours[0]) == ["CREATED"]
    assert f"memberships of account {accounts[0].pk} cannot be followed" in caplog.text


def test_more_labels_than_one_call_takes_are_given_and_taken(account, program):
    for number in range(21):
        by_hand(account, a_plan(program, name=f"Plan {number}"), starts_on=day("2026-03-12"))

    follow(noon("2026-03-12"))
    assert len(labels_of(account)) == 21

    follow(noon("2026-04-12"))
    assert labels_of(account) == []


def test_an_order_of_more_plans_than_one_call_takes_is_settled(dana, program):
    variants = [club.add_variant(f"PLAN-{number}", price=100) for number in range(21)]
    for number, variant in enumerate(variants):
        a_plan(program, variant, name=f"Plan {number}")
    order = club.order_of(dana, variants[0], is_paid=True)
    [line] = order.lines.all()
    for variant in variants[1:]:
        line.pk, line.variant = None, variant
        line.facts = {**line.facts, "variant_id": str(variant.pk), "variant_sku": variant.sku}
        line.save(force_insert=True)

    club.settle(order)

    account = Membership.objects.first().account
    assert len(labels_of(account)) == 21
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)
    assert labels_of(account) == []
