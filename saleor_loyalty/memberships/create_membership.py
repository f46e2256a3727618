"""``create_membership``: staff enters a membership that was sold outside of the shop."""

from __future__ import annotations

import datetime
import hashlib
import json

from django.db import transaction

from ..cards.inputs import check_name
from ..errors import IdempotencyConflict, LoyaltyException, PlanNotFound
from ..ledger import Actor
from ..models import Membership, MembershipChange, MembershipPayment, MembershipPlan, PlanStacking
from .book import Book, open_book
from .inputs import DAYS_MAX, check_reason
from .settle_memberships import membership_of_plan
from .time_zone import program_time_zone

KEY_MAX = 250


def create_membership(
    account_id: int,
    *,
    plan_id: int,
    actor: Actor,
    at: datetime.datetime,
    starts_on: datetime.date | None = None,
    is_paid: bool = True,
    reason: str = "",
    idempotency_key: str = "",
) -> Membership:
    """Give the account a membership of the plan by hand.

    Args:
        starts_on: its first day; it then runs beside others. None: today, or after those before it where the plan
            queues.
        is_paid: paid outside of the shop (OFFLINE), or not yet (UNPAID). It begins either way.

    Raises:
        AccountNotFound, AccountClosed; PlanNotFound: no such plan that is not archived.
        LoyaltyException (INVALID), about ``plan``: of another program than the account; about ``startDate``: more
            than ten years away; about ``reason`` or ``idempotencyKey``: too long.
        IdempotencyConflict: the account has a membership that was made under this key by another request.

    Locks: the account, its memberships. Idempotency: by key within the account. Without a key each call makes one.
    """
    reason = check_reason(reason)
    key = check_name(idempotency_key, max_length=KEY_MAX, field="idempotencyKey", is_optional=True)
    request = json.dumps([plan_id, starts_on and starts_on.isoformat(), is_paid, reason, actor.kind, actor.id])
    request_hash = hashlib.sha256(request.encode()).hexdigest() if key else ""
    with transaction.atomic():
        book = open_book(account_id, at=at, actor=actor, is_for_new=True)
        if key:
            earlier = next((row for row in book.memberships if row.idempotency_key == key), None)
            if earlier is not None:
                if earlier.request_hash != request_hash:
                    raise IdempotencyConflict
                return earlier
        membership = membership_of_plan(_find_plan(plan_id, book=book))
        membership.idempotency_key, membership.request_hash = key, request_hash
        membership.time_zone = program_time_zone(book.account.program_id)
        membership.payment_status = MembershipPayment.OFFLINE if is_paid else MembershipPayment.UNPAID
        if starts_on is None:
            membership.released_on = book.today(membership)
        else:
            if abs((starts_on - book.today(membership)).days) > DAYS_MAX:
                raise LoyaltyException(f"This is more than {DAYS_MAX} days away.", field="startDate")
            membership.released_on, membership.stacking = starts_on, PlanStacking.OVERLAP
        book.add(membership)
        book.note(membership, MembershipChange.Type.CREATED, on=starts_on, reason=reason)
        book.write()
        return membership


def _find_plan(plan_id: int, *, book: Book) -> MembershipPlan:
    plan = MembershipPlan.objects.filter(pk=plan_id, archived_at__isnull=True).first()
    if plan is None:
        raise PlanNotFound
    if plan.program_id != book.account.program_id:
        raise LoyaltyException("The plan is of another program than the account.", field="plan")
    return plan
