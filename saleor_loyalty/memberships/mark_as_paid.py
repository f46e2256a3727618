"""``mark_as_paid``: staff says that a membership is paid (A-194)."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..ledger import Actor
from ..models import Membership, MembershipChange, MembershipPayment, PlanStart
from .book import open_book_of
from .inputs import check_reason
from .refusals import refuse_over


def mark_as_paid(membership_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "") -> Membership:
    """Mark a membership as paid. One that waits for the payment of its order begins today; the order is not changed.

    Raises:
        MembershipNotFound: there is no such membership.
        LoyaltyException (INVALID), about ``id``: it was refunded, or it waits for its payment and is cancelled;
            about ``reason``: too long.

    Locks: the account, its memberships. Idempotency: one that is paid already stays as it is.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        book, membership = open_book_of(membership_id, at=at, actor=actor)
        if membership.payment_status == MembershipPayment.REFUNDED:
            raise LoyaltyException("It was refunded.", field="id")
        if membership.payment_status != MembershipPayment.UNPAID:
            return membership
        membership.payment_status = MembershipPayment.PAID
        membership.is_marked_as_paid = True
        book.note(membership, MembershipChange.Type.PAID, reason=reason)
        if membership.released_on is None and membership.starts_when == PlanStart.ORDER_PAID:
            refuse_over(membership, at=at)
            membership.released_on = book.today(membership)
            book.note(membership, MembershipChange.Type.RELEASED, on=membership.released_on)
        book.write()
        return membership
