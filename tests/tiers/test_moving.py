"""Orders that move to another account take what they count for along; and what the world outside is told."""

from __future__ import annotations

from saleor_loyalty.accounts import claim_guest_points, merge_accounts, undo_merge
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.ledger import Actor, award_points, open_account
from saleor_loyalty.models import AccountMerge, OutboxEvent
from saleor_loyalty.tiers import reassess_tier
from tests import club

from .builders import account_of, buy, changes, give_back, tier_of

STAFF = Actor("STAFF", 1)


def test_a_guest_who_joins_has_the_tier_of_what_was_bought_before(program, variant):
    club.settle(club.order_of(None, variant, 5, email="noa@example.com"))
    noa = club.add_customer("noa@example.com")

    claim_guest_points(noa.pk, at=club.now())

    assert (tier_of(noa), changes(noa)) == ("gold", [("", "gold", "EARNED")])


def test_a_merge_adds_up_what_both_have_earned_and_undoing_it_takes_it_apart(dana, variant):
    omar = club.add_customer("omar@example.com")
    buy(dana, variant, 2)
    buy(omar, variant, 3)
    assert (tier_of(dana), tier_of(omar)) == ("silver", "silver")
    at = club.now()

    merge_accounts(account_of(omar).pk, target_id=account_of(dana).pk, idempotency_key="merge", actor=STAFF, at=at)

    assert tier_of(dana) == "gold"
    undo_merge(AccountMerge.objects.get().pk, actor=STAFF, at=at)
    assert (tier_of(dana), tier_of(omar)) == ("silver", "silver")
    assert changes(dana)[1:] == [("silver", "gold", "EARNED"), ("gold", "silver", "REVERSED")]


def test_the_world_outside_is_told_of_each_change_once(program, dana, variant, settings):
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    create_endpoint(
        program.pk, name="Mail", url="http://127.0.0.1:9/", event_names=["loyalty.tier.changed"], at=club.now()
    )
    order = buy(dana, variant, 1)
    club.settle(order)
    give_back(order, 1)

    told = list(OutboxEvent.objects.order_by("pk").values_list("name", "account_id", "payload"))

    account_id = account_of(dana).pk
    assert [(name, of) for name, of, _ in told] == [("loyalty.tier.changed", account_id)] * 2
    assert [(payload["from"], payload["to"], payload["reason"]) for _, _, payload in told] == [
        (None, "silver", "EARNED"),
        ("silver", None, "REVERSED"),
    ]


def test_a_merge_takes_along_what_was_earned_by_inviting_and_undoing_it_brings_it_back(program, dana):
    # given
    omar = club.add_customer("omar@example.com")
    club.give(dana, 1)
    source = open_account(program, user_id=omar.pk, at=club.now())
    award_points(
        source.pk,
        points=100,
        at=club.now(),
        idempotency_key="invited",
        order_id="",
        program_version=None,
        channel_slug="",
        receipt=None,
        available_at=club.now(),
        source="REFERRAL",
    )
    reassess_tier(source.pk, at=club.now())
    assert (tier_of(omar), tier_of(dana)) == ("silver", "")
    at = club.now()

    # when / then
    merge_accounts(source.pk, target_id=account_of(dana).pk, idempotency_key="merge", actor=STAFF, at=at)
    assert tier_of(dana) == "silver"
    undo_merge(AccountMerge.objects.get().pk, actor=STAFF, at=at)
    assert (tier_of(omar), tier_of(dana)) == ("silver", "")
