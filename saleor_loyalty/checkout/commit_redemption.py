"""``commit_redemption``: an order exists; its points are taken in the very atomic block that makes it.

It never raises: a refusal there would leave a charged payment without an order. What fails is kept on the order's
record, and ``settle_order`` takes the points later (the order carries our rows).
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..host import AppliedDiscount
from ..models import OrderRecord, Reservation
from ..orders import record_failure
from ..orders.redeeming import RedeemingOrder, redeem_for_order, release_open_reservation


def commit_redemption(
    *,
    order_id: str,
    order_number: str,
    checkout_id: str,
    user_id: int | None,
    channel: str,
    discount: AppliedDiscount | None,
    currency: str,
    at: datetime.datetime,
    reservation: Reservation | None = None,
) -> OrderRecord | None:
    """Take the checkout's reserved points for its order; never raises.

    Args:
        discount: our rows on the checkout as the order was made of it. Without any, nothing is taken and what was set
            aside is free again.
        reservation: the checkout's last one, where the caller has locked it with ``ledger.lock_last_reservation`` for
            the same moment in this atomic block.

    Returns:
        The order's record; None where no points were used, or where it failed (then the failure is recorded).

    Writes in a savepoint of the caller's atomic block: REDEEM, the record, the reservation. Locks: the account.
    Idempotency: one redemption for each order. Cost: one statement for a checkout that never had points on it.
    """
    try:
        with transaction.atomic():
            if discount is None or discount.value <= 0:
                release_open_reservation(checkout_id, at=at)
                return None
            order = RedeemingOrder(
                order_id=order_id,
                order_number=order_number,
                checkout_id=checkout_id,
                user_id=user_id,
                channel=channel,
                currency=currency,
                discount=discount,
                reservation=reservation,
            )
            return redeem_for_order(order, at=at, is_new_order=True)
    except Exception as error:  # noqa: BLE001  (the order must be made; what failed is recorded and healed)
        record_failure(order_id, error=error, at=at, order_number=order_number, channel=channel, currency=currency)
        return None
