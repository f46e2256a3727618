"""Two customers, one of whom invited the other, and everything that referrals write."""

from __future__ import annotations

import datetime
from typing import Any

from playground import shop
from playground.models import Channel, Checkout, Order, User, Variant
from saleor_loyalty.models import LoyaltyAccount, Referral, ReferralChange, ReferralCode
from saleor_loyalty.referrals import claim_referral, open_referral_code, step_due_referrals
from tests import club

DAY = datetime.timedelta(days=1)
STREETS = {"dana@example.com": "Herzl 1", "noa@example.com": "Ben Yehuda 7", "omar@example.com": "Allenby 12"}
EARNS_NOTHING = {"key": "basic", "type": "CONVERSION_RATE", "points": 1, "amountStep": "1000000"}
"""Orders earn nothing of their own: all points of a test are the referral's."""


def referral_rules(**referral: Any) -> dict[str, Any]:
    """The referrer gets 200, the invited customer 100, for an order of 50 or more that is delivered and not refunded
    for 14 days."""
    section = {"referrerPoints": 200, "refereePoints": 100, "minimumAmounts": {"ILS": "50"}, **referral}
    trigger = section.pop("trigger", "ORDER_FULFILLED")
    return club.rules(referral=section, trigger=trigger, earning=[EARNS_NOTHING])


def open_code(user: User, *, at: datetime.datetime | None = None, device: str = "") -> ReferralCode:
    return open_referral_code(user_id=user.pk, channel=club.CHANNEL, device=device, at=at or club.now())


def claim(user: User, code: ReferralCode | str, *, at: datetime.datetime | None = None, device: str = "") -> Referral:
    text = code if isinstance(code, str) else code.code
    return claim_referral(user_id=user.pk, code=text, channel=club.CHANNEL, device=device, at=at or club.now())


def buy(user: User, variant: Variant, quantity: int = 1, *, street: str = "", email: str = "") -> Order:
    """Make an order to the customer's own address, without any hook: nothing is settled."""
    street = street or STREETS.get(user.email, "Somewhere 3")
    checkout = shop.create_checkout(
        Channel.objects.get(slug=club.CHANNEL),
        user=user,
        email=email,
        language_code="en",
        quantities={variant.pk: quantity},
        address={"street_address1": street, "postal_code": "61000", "country": "IL"},
    )
    Checkout.objects.filter(pk=checkout.pk).update(has_shipping=True)
    return shop._write_order(shop._open(checkout.pk))


def deliver(order: Order, *, at: datetime.datetime | None = None) -> None:
    """Deliver all that is left, and settle the order."""
    club.fulfill(order)
    club.settle(order, at=at)


def sweep(at: datetime.datetime) -> int:
    return step_due_referrals(at=at, limit=100)


def paid() -> list[tuple[str, int]]:
    """Return (e-mail, points) of every posting for referrals, in order."""
    rows = LoyaltyAccount.objects.filter(transactions__source="REFERRAL").order_by("transactions__pk")
    return list(rows.values_list("user__email", "transactions__points"))


def states() -> list[str]:
    return list(Referral.objects.order_by("pk").values_list("state", flat=True))


def history(referral: Referral) -> list[str]:
    return list(ReferralChange.objects.filter(referral=referral).order_by("pk").values_list("type", flat=True))


def everything() -> list[list[dict[str, Any]]]:
    """Return all rows that referrals write, to show that a refusal wrote nothing."""
    return [list(model.objects.order_by("pk").values()) for model in (ReferralCode, Referral, ReferralChange)]
