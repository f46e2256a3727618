"""Small facts mirrored to the shop's own customers and orders, for apps that know nothing of loyalty.

Off unless ``LOYALTY_MIRROR_FACTS`` is on. Asked for when points have moved, after the commit and in a task: a failure
never reaches a sale, and what is lost is put right by the next movement. They are copies, as of the last movement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from .host import get_host
from .ledger import read_points
from .models import LoyaltyAccount, LoyaltyProgram, OrderRecord
from .tiers import read_tiers


def mirror_facts(account_id: int, *, order_ids: Iterable[str], at: datetime.datetime) -> None:
    """Publish the account's points and tier on its customer, and on each order what it earned, spent and got back.

    Idempotency: the host writes and tells only what differs. Cost: five statements and those of the host.
    """
    account = LoyaltyAccount.objects.select_related("program").filter(pk=account_id).first()
    if account is None:
        return
    points = read_points([account], at=at)[account.pk]
    tier = read_tiers([account], at=at)[account.pk].standing.tier
    prefix = _prefix(account.program)
    records = OrderRecord.objects.filter(program=account.program, order_id__in=set(order_ids)).order_by("pk")
    get_host().publish_facts(
        user_id=account.user_id,
        customer=_facts_of_customer(prefix, available=points.available, pending=points.pending, tier=tier),
        orders={record.order_id: _facts_of_order(record, prefix) for record in records},
    )


def clear_facts(user_id: int, *, program_id: int, at: datetime.datetime) -> None:
    """Let a customer who was taken from an account for good say nothing of it any more, but what a new account says.

    Idempotency: as ``mirror_facts``. Cost: two statements and those of the host, or those of ``mirror_facts``.
    """
    account_id = LoyaltyAccount.objects.filter(program_id=program_id, user_id=user_id).values_list("pk").first()
    if account_id is not None:
        mirror_facts(account_id[0], order_ids=(), at=at)
        return
    program = LoyaltyProgram.objects.filter(pk=program_id).first()
    if program is not None:
        nothing = _facts_of_customer(_prefix(program), available=0, pending=0, tier="")
        get_host().publish_facts(user_id=user_id, customer=nothing, orders={})


def _prefix(program: LoyaltyProgram) -> str:
    return f"loyalty.{program.slug}"


def _facts_of_customer(prefix: str, *, available: int, pending: int, tier: str) -> dict[str, str]:
    return {f"{prefix}.available": str(available), f"{prefix}.pending": str(pending), f"{prefix}.tier": tier}


def _facts_of_order(record: OrderRecord, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}.earned": str(record.awarded - record.reversed),
        f"{prefix}.redeemed": str(record.redeemed - record.returned),
    }
