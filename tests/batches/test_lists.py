"""Points for a short list, by several at once."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import AccountTarget
from saleor_loyalty.batches import Gift, give_many
from saleor_loyalty.models import Batch, LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from tests import club
from tests.sessions import together

from .builders import STAFF

ROUNDS = 10


def give_all(program: LoyaltyProgram, targets: list[AccountTarget], name: str) -> None:
    for n in range(ROUNDS):
        gifts = [
            Gift(target=target, points=1, reason="x", idempotency_key=f"{name}-{n}-{row}")
            for row, target in enumerate(targets)
        ]
        found = give_many(
            program.pk,
            gifts,
            error_policy="REJECT_EVERYTHING",
            is_dry_run=False,
            actor=STAFF,
            at=club.now(),
        )
        assert [outcome.refusals for outcome in found.outcomes] == [[]] * len(gifts)


@pytest.mark.django_db(transaction=True)
def test_lists_that_name_the_same_people_in_other_orders_and_ways_do_not_block_each_other():
    club.open_channel()
    program = club.publish()
    accounts = [club.give(club.add_customer(f"c{n}@example.com"), 1) for n in range(8)]
    users = [AccountTarget(user_id=account.user_id) for account in accounts]
    keys = [AccountTarget(account_id=account.pk) for account in accounts]
    mixed = [users[n] if n % 2 else keys[n] for n in range(8)]

    outcomes = together(
        lambda: give_all(program, users[::-1], "users"),
        lambda: give_all(program, keys, "keys"),
        lambda: give_all(program, mixed[::-1], "mixed"),
    )

    assert [error for _, error in outcomes] == [None] * 3
    assert list(LoyaltyAccount.objects.values_list("balance", flat=True)) == [1 + 3 * ROUNDS] * 8
    assert Batch.objects.count() == 3 * ROUNDS
    assert LoyaltyTransaction.objects.exclude(batch_id=None).count() == 3 * ROUNDS * 8
