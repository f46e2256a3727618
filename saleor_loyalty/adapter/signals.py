"""What must happen with an order or a checkout itself, not after it: Django's signals.

``post_save`` of a new order runs inside of the transaction that makes the order, in all of Saleor's flows: the points
are taken if and only if the order exists. Raising there would leave a charged payment without an order, so it records
and never raises. ``post_delete`` of a checkout also fires when Saleor completes one, where the reservation is
committed already, and where it deletes expired ones in bulk: what is still reserved is released after the commit, in
one go. What is lost with a dying process is released by its deadline.

``post_delete`` of a user is only a hint that there is something to erase: the database has closed the account by then,
and a periodic task finds what the hint missed. It never holds up a deletion.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from saleor.account.models import User
from saleor.checkout.models import Checkout
from saleor.core.db.connection import allow_writer
from saleor.order.models import Order

if TYPE_CHECKING:
    from ..models import OrderRecord, Reservation

_GONE = "_loyalty_gone_checkouts"
_DONE = "_loyalty_done_checkout"
"""The checkout whose order was just saved on this connection, with nothing set aside for it any more."""

logger = logging.getLogger(__name__)


def connect_signals() -> None:
    post_save.connect(on_order_saved, sender=Order, dispatch_uid="saleor_loyalty.order_saved")
    post_delete.connect(on_checkout_deleted, sender=Checkout, dispatch_uid="saleor_loyalty.checkout_deleted")
    post_delete.connect(on_user_deleted, sender=User, dispatch_uid="saleor_loyalty.user_deleted")


def on_order_saved(sender: Any, instance: Any, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    """Take the reserved points of the checkout that this order is made of."""
    if not created or raw or not instance.checkout_token:
        return
    from ..models import ReservationStatus
    from ..orders import record_failure
    from .touched import lock_touch

    using, at = kwargs.get("using"), timezone.now()
    try:
        with transaction.atomic(using=using):
            reservation, shares = lock_touch(instance.checkout_token, at=at)
            is_open = reservation is not None and reservation.status == ReservationStatus.RESERVED
            if (shares or is_open) and _commit(instance, reservation, shares, at=at) is None:
                return
        setattr(transaction.get_connection(using), _DONE, instance.checkout_token)
    except Exception as error:  # noqa: BLE001  (the order must be made; what failed is recorded and healed)
        record_failure(
            str(instance.pk),
            error=error,
            at=at,
            order_number=str(instance.number or ""),
            channel=instance.channel.slug,
            currency=instance.currency,
        )


def _commit(
    order: Any, reservation: Reservation | None, shares: Mapping[str, Decimal], *, at: datetime.datetime
) -> OrderRecord | None:
    from ..checkout import commit_redemption
    from .order_discounts import read_applied_discount

    checkout_id, currency = order.checkout_token, order.currency
    return commit_redemption(
        order_id=str(order.pk),
        order_number=str(order.number or ""),
        checkout_id=checkout_id,
        user_id=order.user_id,
        channel=order.channel.slug,
        discount=read_applied_discount(checkout_id, shares, reservation, currency=currency),
        currency=currency,
        at=at,
        reservation=reservation,
    )


def on_checkout_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Release the open reservation of a checkout that is gone, once its deletion is committed."""
    connection = transaction.get_connection(kwargs.get("using"))
    if getattr(connection, _DONE, None) == str(instance.pk):
        setattr(connection, _DONE, None)
        return
    if not hasattr(connection, _GONE):
        setattr(connection, _GONE, set())
    gone: set[str] = getattr(connection, _GONE)
    gone.add(str(instance.pk))
    # One callback a checkout, since a rollback forgets callbacks; the first one to run does the work for all.
    transaction.on_commit(lambda: _release(gone), using=connection.alias)


def _release(gone: set[str]) -> None:
    if not gone:
        return
    from ..checkout import release_checkout
    from ..models import Reservation, ReservationStatus

    ids, at = sorted(gone), timezone.now()
    gone.clear()
    try:
        with allow_writer():
            reserved = Reservation.objects.filter(checkout_id__in=ids, status=ReservationStatus.RESERVED)
            open_ids = set(reserved.values_list("checkout_id", flat=True))
            if open_ids:
                # Ids of a deletion that was rolled back may be among them.
                open_ids -= {str(pk) for pk in Checkout.objects.filter(pk__in=open_ids).values_list("pk", flat=True)}
            for checkout_id in sorted(open_ids):
                release_checkout(checkout_id=checkout_id, at=at)
    except Exception:
        logger.exception("The reservations of %s deleted checkouts could not be released.", len(ids))


def on_user_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Ask for the erasing of the user's card once the deletion is committed; once for all users of a transaction."""
    from ..tasks import schedule_erasing

    try:
        schedule_erasing(using=kwargs.get("using") or DEFAULT_DB_ALIAS)
    except Exception:
        logger.exception("The erasing of a deleted user's card could not be asked for; the next sweep does it.")
