"""Where the shop calls the loyalty package, with the guards that any host needs.

A failure of loyalty never breaks a sale without points: it is logged, and ``settle_order`` heals it later. Only a
redemption that no longer holds stops an order, before the order exists.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from saleor_loyalty.accounts import follow_customer
from saleor_loyalty.checkout import check_redemption, commit_redemption, refit_redemption
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.host import AppliedDiscount, get_host
from saleor_loyalty.programs import active_program
from saleor_loyalty.rewards import check_reward_code
from saleor_loyalty.tasks import schedule_settlement

from .carts import OpenCart
from .models import Order, User

logger = logging.getLogger(__name__)


def rows_count(channel_slug: str, *, using: str = "default") -> bool:
    """Return whether rows of points take anything off now: not while the plugin or the program is off."""
    return get_host().is_active() and active_program(channel_slug, at=timezone.now(), using=using) is not None


def refit(checkout_id: UUID) -> None:
    """Make the redemption true again after the cart changed. Called inside the cart's own transaction."""
    try:
        with transaction.atomic():
            refit_redemption(checkout_id=str(checkout_id), at=timezone.now())
    except Exception:
        logger.exception("The redemption of checkout %s could not be re-fitted.", checkout_id)


def check(checkout_id: UUID, *, has_points: bool) -> None:
    """Raise LoyaltyException where the redemption, or the buyer, stops the order. Called before the order's
    transaction, because what it re-fits must stay although it refuses."""
    try:
        check_redemption(checkout_id=str(checkout_id), at=timezone.now())
    except LoyaltyException:
        raise
    except Exception as error:
        logger.exception("The redemption of checkout %s could not be checked.", checkout_id)
        if has_points:
            raise LoyaltyException("The points cannot be checked now.") from error


def check_code(cart: OpenCart) -> None:
    """Raise LoyaltyException where the cart's code is somebody else's reward."""
    if cart.checkout.voucher is not None:
        check_reward_code(cart.checkout.voucher.code, user_id=cart.checkout.user_id)


def commit(order: Order, *, discount: AppliedDiscount | None) -> None:
    """Record what points paid. Called in the order's own transaction; never raises."""
    commit_redemption(
        order_id=str(order.pk),
        order_number=order.number,
        checkout_id=str(order.checkout_id),
        user_id=order.user_id,
        channel=order.channel.slug,
        discount=discount,
        currency=order.channel.currency,
        at=timezone.now(),
    )


def follow_on_commit(user: User) -> None:
    """Do what follows from a customer's having registered, or having confirmed the address."""
    transaction.on_commit(lambda: follow_customer(user.pk, at=timezone.now()))


def settle_on_commit(order: Order) -> None:
    """Send the order's settlement as soon as the running transaction is committed. Without a broker it runs there and
    then, before the response is resolved."""
    schedule_settlement(str(order.pk))
