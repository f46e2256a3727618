"""Rewards on a real Saleor: the vouchers and gift cards that it makes, uses up and takes back."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from graphene import Node
from saleor.account.models import User
from saleor.checkout.models import Checkout
from saleor.discount.models import Voucher, VoucherCode
from saleor.giftcard import GiftCardEvents
from saleor.giftcard.models import GiftCard, GiftCardEvent
from saleor.plugins.manager import PluginsManager
from saleor.product.models import ProductVariant, ProductVariantChannelListing

from saleor_loyalty import customer_tasks
from saleor_loyalty.accounts import erase_ownerless
from saleor_loyalty.adapter.reward_gift_cards import gift_card_codes
from saleor_loyalty.models import LoyaltyTransaction, RewardIssue, RewardStock
from saleor_loyalty.rewards import expire_rewards, follow_rewards, settle_order_cards
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.reward_documents import mine, redeem, reverse
from tests.scenarios.stories import DANA, NOA, buy, club_rules, open_club

DAY = datetime.timedelta(days=1)
TYPES = {
    "percent": {"type": "VOUCHER", "voucher": {"percent": 20}},
    "mug": {"type": "GIFT_PRODUCT", "variantSku": "BRUSH"},
    "shipping": {"type": "FREE_SHIPPING", "minOrder": {"default-channel": "60"}},
    "card": {"type": "GIFT_CARD", "giftCard": {"amount": "25.00", "currency": "USD"}},
}


@pytest.fixture
def club(shop):
    rewards = [
        {"key": key, "name": f"The {key}", "requiredPoints": 100, "validDays": 30, "stock": 5, **parts}
        for key, parts in TYPES.items()
    ]
    rewards[0]["translations"] = {"it": {"name": "Il venti"}}
    open_club(shop, rewards=rewards)
    shop.add_customer(NOA)
    return shop


@pytest.fixture
def told(monkeypatch):
    """The names of the events that Saleor's plugins are told of."""
    names: list[str] = []
    for name in ("voucher_created", "voucher_updated", "gift_card_created", "gift_card_status_changed"):
        monkeypatch.setattr(PluginsManager, name, lambda self, *args, _name=name, **kwargs: names.append(_name))
    return names


def take(shop, reward: str, *, by: str = DANA, key: str = "") -> RewardIssue:
    payload = redeem(shop, reward, by=by, channel=shop.channel, key=key)
    assert payload["errors"] == []
    return RewardIssue.objects.get(code=payload["rewardIssue"]["code"])


def cart_with(shop, code: str, lines: dict[str, int], *, by: str = DANA) -> str:
    checkout = shop.start_checkout(lines, by=by)
    assert shop.add_promo_code(checkout, code, by=by).errors == ()
    return checkout


def total(shop, checkout: str, *, by: str = DANA) -> Decimal:
    return shop.read_checkout(checkout, by=by).total


def status(issue: RewardIssue) -> str:
    return RewardIssue.objects.get(pk=issue.pk).status


def test_a_percentage_is_a_voucher_of_one_use_with_the_rewards_name_and_date(club, told):
    issue = take(club, "percent")

    code = VoucherCode.objects.get(pk=issue.reference)
    voucher = code.voucher
    assert (code.code, len(code.code), code.used, code.is_active) == (issue.code, 16, 0, True)
    assert (voucher.name, voucher.usage_limit, voucher.end_date) == ("The percent", 1, issue.expires_at)
    assert [(row.language_code, row.name) for row in voucher.translations.all()] == [("it", "Il venti")]
    assert [(row.channel.slug, row.discount_value) for row in voucher.channel_listings.all()] == [
        (club.channel, Decimal(20))
    ]
    assert told == ["voucher_created"]
    checkout = cart_with(club, issue.code, {"EYELINER": 1})
    assert total(club, checkout) == Decimal("90.00")


def test_one_unit_of_the_gift_is_free_however_many_are_in_the_cart(club):
    issue = take(club, "mug")
    checkout = cart_with(club, issue.code, {"EYELINER": 1, "BRUSH": 2})
    # 100 + 2 x 50 - 50, and shipping.
    assert total(club, checkout) == Decimal("160.00")
    buy(club, checkout)
    assert status(issue) == "USED"


@pytest.mark.parametrize("is_sold", [True, False])
def test_a_gift_that_is_not_sold_any_more_costs_nothing(club, is_sold):
    if is_sold:
        ProductVariantChannelListing.objects.filter(variant__sku="BRUSH").delete()
    else:
        ProductVariant.objects.filter(sku="BRUSH").delete()

    payload = redeem(club, "mug", by=DANA, channel=club.channel)

    assert [error["code"] for error in payload["errors"]] == ["REWARD_UNAVAILABLE"]
    assert club.read_account(DANA).available == 1000
    assert (RewardIssue.objects.count(), Voucher.objects.count(), RewardStock.objects.count()) == (0, 0, 0)


def test_shipping_is_free_from_the_least_order_on(club):
    issue = take(club, "shipping")
    small = club.start_checkout({"BRUSH": 1}, by=DANA)
    assert club.add_promo_code(small, issue.code, by=DANA).errors != ()
    checkout = cart_with(club, issue.code, {"EYELINER": 1})
    assert total(club, checkout) == Decimal("100.00")


def test_a_gift_card_is_active_and_made_for_its_customer(club, told):
    issue = take(club, "card")

    card = GiftCard.objects.get(pk=issue.reference)
    assert (card.code, card.is_active, card.currency) == (issue.code, True, "USD")
    assert (card.initial_balance_amount, card.current_balance_amount) == (Decimal(25), Decimal(25))
    assert (card.created_by_email, card.expiry_date) == (DANA, issue.expires_at.date())
    assert [event.type for event in GiftCardEvent.objects.filter(gift_card=card)] == [GiftCardEvents.ISSUED]
    assert told == ["gift_card_created"]


def key_of(order: str) -> str:
    return Node.from_global_id(order)[1]


def pay_with_card(club, issue: RewardIssue) -> str:
    """Buy something with the reward's gift card; return the order."""
    return buy(club, cart_with(club, issue.code, {"EYELINER": 1}))


def test_a_gift_card_that_paid_is_used_with_its_order_as_soon_as_that_is_made(club):
    issue, other = take(club, "card", key="first"), take(club, "card", key="second")

    order = pay_with_card(club, issue)

    issue.refresh_from_db()
    assert (issue.status, issue.order_id, issue.ended_by_kind) == ("USED", key_of(order), "SYSTEM")
    assert status(other) == "ISSUED"
    assert settle_order_cards(key_of(order), at=timezone.now()) == 0
    assert follow_rewards(at=timezone.now(), limit=10) == 0


def test_an_order_with_a_card_of_the_shop_s_own_marks_nothing(club):
    issue = take(club, "card")
    card = GiftCard.objects.get(pk=issue.reference)
    own = GiftCard.objects.create(
        code="OWN-CARD", currency="USD", initial_balance_amount=5, current_balance_amount=5, created_by=card.created_by
    )
    order = buy(club, cart_with(club, own.code, {"EYELINER": 1}))
    assert gift_card_codes(key_of(order)) == ["OWN-CARD"]
    assert (settle_order_cards(key_of(order), at=timezone.now()), status(issue)) == (0, "ISSUED")


def test_a_cancelled_order_leaves_its_gift_card_used(club):
    issue = take(club, "card")
    order = pay_with_card(club, issue)
    club.cancel_order(order)
    issue.refresh_from_db()
    assert (issue.status, issue.order_id) == ("USED", key_of(order))


@pytest.mark.parametrize("has_cards", [True, False])
def test_only_where_the_rules_have_gift_cards_an_order_asks_for_them(club, monkeypatch, has_cards):
    # given
    asked: list[str] = []
    monkeypatch.setattr(customer_tasks.settle_order_cards_task, "delay", asked.append)
    if not has_cards:
        club.publish_program(club_rules(club))
    # when
    order = buy(club, club.start_checkout({"EYELINER": 1}, by=DANA))
    # then
    assert asked == ([key_of(order)] if has_cards else [])


def test_a_gift_card_that_paid_is_used_as_soon_as_somebody_looks(club, monkeypatch):
    # given: the hint got lost
    monkeypatch.setattr(customer_tasks.settle_order_cards_task, "delay", lambda order_id: None)
    issue = take(club, "card")
    pay_with_card(club, issue)
    assert GiftCard.objects.get(pk=issue.reference).current_balance_amount == 0

    # when
    refused = reverse(club, mine(club, by=DANA)[0]["id"])

    # then
    assert refused["errors"] == [{"field": "id", "code": "REWARD_USED"}]
    assert (follow_rewards(at=timezone.now(), limit=10), status(issue)) == (1, "USED")
    assert follow_rewards(at=timezone.now(), limit=10) == 0


def test_an_untouched_gift_card_is_taken_back_with_its_event(club, told):
    issue = take(club, "card")

    assert reverse(club, mine(club, by=DANA)[0]["id"])["errors"] == []

    card = GiftCard.objects.get(pk=issue.reference)
    assert (card.is_active, card.current_balance_amount) == (False, Decimal(25))
    types = list(GiftCardEvent.objects.filter(gift_card=card).order_by("pk").values_list("type", flat=True))
    assert types == [GiftCardEvents.ISSUED, GiftCardEvents.DEACTIVATED]
    assert told == ["gift_card_created", "gift_card_status_changed"]
    assert club.read_account(DANA).available == 1000


def test_a_repeated_request_makes_one_voucher_and_tells_the_world_once(club, told):
    first, second = take(club, "percent", key="k"), take(club, "percent", key="k")
    assert first == second
    assert (Voucher.objects.count(), told) == (1, ["voucher_created"])


def test_a_refusal_tells_the_world_nothing(club, told):
    RewardStock.objects.create(program=LoyaltyTransaction.objects.get().program, reward_key="percent", issued=5)
    payload = redeem(club, "percent", by=DANA, channel=club.channel)
    assert [error["code"] for error in payload["errors"]] == ["REWARD_OUT_OF_STOCK"]
    assert (told, Voucher.objects.count()) == ([], 0)


def test_a_voucher_under_way_in_an_order_is_not_taken_back(club):
    issue = take(club, "percent")
    VoucherCode.objects.filter(pk=issue.reference).update(used=1)

    refused = reverse(club, mine(club, by=DANA)[0]["id"])

    assert refused["errors"] == [{"field": "id", "code": "REWARD_USED"}]
    assert (status(issue), club.read_account(DANA).available) == ("ISSUED", 900)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_what_staff_deleted_or_switched_off_in_the_shop_still_gives_its_points_back(club, is_deleted):
    issue = take(club, "percent")
    if is_deleted:
        Voucher.objects.all().delete()
    else:
        VoucherCode.objects.update(is_active=False)

    assert reverse(club, mine(club, by=DANA)[0]["id"])["errors"] == []

    assert (status(issue), club.read_account(DANA).available) == ("REVERSED", 1000)


def test_a_strangers_refused_order_leaves_the_code_unused(club):
    issue = take(club, "percent")
    foreign = cart_with(club, issue.code, {"EYELINER": 1}, by=NOA)

    refused = club.complete(foreign, by=NOA, is_paid=True)

    assert (refused.order, refused.codes) == (None, ("VOUCHER_NOT_APPLICABLE",))
    assert VoucherCode.objects.get(pk=issue.reference).used == 0
    assert not Checkout.objects.filter(is_voucher_usage_increased=True).exists()


def test_an_expired_voucher_and_its_issue_end(club):
    issue = take(club, "percent")
    past = timezone.now() - DAY
    RewardIssue.objects.update(expires_at=past)
    Voucher.objects.update(end_date=past)

    assert expire_rewards(at=timezone.now(), limit=10) == 1

    assert status(issue) == "EXPIRED"
    assert VoucherCode.objects.get().is_active is False
    assert club.read_account(DANA).available == 900


def test_a_customer_who_is_deleted_leaves_no_code_that_works(club):
    issue = take(club, "percent")
    card = take(club, "card")
    user_id = User.objects.get(email=DANA).pk
    document = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code } } }"
    answer = club.query(document, {"id": Node.to_global_id("User", user_id)}, by=STAFF)
    assert not answer.errors, answer.errors
    erase_ownerless(at=timezone.now(), limit=10)

    rows = RewardIssue.objects.filter(pk__in=[issue.pk, card.pk]).order_by("pk")
    assert list(rows.values_list("status", "code")) == [("CANCELED", ""), ("CANCELED", "")]
    assert (VoucherCode.objects.get().is_active, GiftCard.objects.get().is_active) == (False, False)
