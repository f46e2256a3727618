"""What is erased because it is old: texts of movements long past, and the customers of accounts that nobody uses.

Both are off unless the operator sets a number of months. Amounts and dates stay in either case. A walk goes through a
table in the order of its keys and remembers how far it came, so that a run that is killed loses nothing and no row is
looked at twice. Held by ``tests/accounts/test_retention.py``.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from ..errors import LoyaltyException
from ..host import get_host
from ..ledger import Actor
from ..lock_objects import retention_progress_qs_select_for_update
from ..models import (
    AccountChange,
    AccountStatus,
    LotExtension,
    LoyaltyAccount,
    MembershipChange,
    OrderRecord,
    ReferralChange,
    ReportedEvent,
    RetentionProgress,
    RewardIssue,
    RewardIssueStatus,
    TransactionText,
)
from ..rules.months import moment_months_after
from .anonymize_account import anonymize_account

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    model: type[Any]
    moment: str
    """The path to when the row was written."""
    empty: Mapping[str, Any]
    """The columns that are emptied, and what they hold then."""


_TABLES: Mapping[str, _Table] = MappingProxyType(
    {
        "transactions": _Table(
            model=TransactionText,
            moment="transaction__created_at",
            empty={"reason": "", "internal_note": "", "salt": ""},
        ),
        "orders": _Table(model=OrderRecord, moment="created_at", empty={"customer": None}),
        "reportedEvents": _Table(
            model=ReportedEvent,
            moment="created_at",
            empty={"payload": None, "external_reference": "", "request_hash": ""},
        ),
        "membershipChanges": _Table(model=MembershipChange, moment="created_at", empty={"reason": ""}),
        "referralChanges": _Table(model=ReferralChange, moment="created_at", empty={"reason": ""}),
        "extensions": _Table(model=LotExtension, moment="created_at", empty={"reason": ""}),
        "accountChanges": _Table(model=AccountChange, moment="created_at", empty={"reason": ""}),
    }
)


def erase_old_texts(*, months: int, at: datetime.datetime, limit: int) -> int:
    """Erase the texts of what was written more than ``months`` ago: reasons, internal notes, the customer's part of
    orders, what was reported. The cards stay: staff keeps them up to date. Returns how many rows were done, at most
    ``limit`` of each table.

    Locks / writes: for each table an atomic block of its own: its progress, then the rows. Idempotent.
    Cost: four statements for each table.
    """
    before = _months_before(at, months)
    return sum(_erase_old(name, before=before, at=at, limit=limit) for name in _TABLES)


def _erase_old(name: str, *, before: datetime.datetime, at: datetime.datetime, limit: int) -> int:
    table = _TABLES[name]
    RetentionProgress.objects.get_or_create(name=name, defaults={"updated_at": at})
    with transaction.atomic():
        progress = retention_progress_qs_select_for_update().get(name=name)
        rows = table.model._default_manager.filter(pk__gt=progress.position).order_by("pk")
        old = []
        # Keys rise with time: the first row that is too young ends the walk, and begins the next one.
        for pk, moment in rows.values_list("pk", table.moment)[:limit]:
            if moment >= before:
                break
            old.append(pk)
        if old:
            table.model._default_manager.filter(pk__in=old).exclude(**table.empty).update(**table.empty)
            progress.position, progress.updated_at = old[-1], at
            progress.save(update_fields=["position", "updated_at"])
        return len(old)


def anonymize_inactive(*, months: int, after_id: int, at: datetime.datetime, limit: int) -> tuple[int, int | None]:
    """Anonymize accounts that nobody has used for ``months`` and that hold nothing: no points, no debt, no membership
    that runs, no reward that can still be used. Looks at the next ``limit`` accounts after ``after_id``.

    Used is an account by a movement, an order, or a login of its customer. Frozen and closed accounts are left alone.

    Returns how many were anonymized, and the last account looked at; None where there were no more.
    Locks: as ``anonymize_account``, one account after the other. Idempotent. Cost: six statements, and those of each.
    """
    before = _months_before(at, months)
    window = list(LoyaltyAccount.objects.filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:limit])
    if not window:
        return 0, None
    usable = RewardIssue.objects.filter(account=OuterRef("pk"), status=RewardIssueStatus.ISSUED)
    unused = LoyaltyAccount.objects.filter(
        ~Exists(usable),
        Q(last_transaction_at__isnull=True) | Q(last_transaction_at__lt=before),
        pk__gt=after_id,
        pk__lte=window[-1],
        status=AccountStatus.ACTIVE,
        balance=0,
        pending=0,
        reserved=0,
        debt=0,
        created_at__lt=before,
    )
    candidates = dict(unused.values_list("pk", "user_id"))
    users = get_host().users({user_id for user_id in candidates.values() if user_id is not None})
    orders = OrderRecord.objects.filter(account_id__in=list(candidates)).order_by().values_list("account_id")
    ordered = dict(orders.annotate(latest=Max("updated_at")))
    done = 0
    for account_id, user_id in sorted(candidates.items()):
        user = users.get(user_id) if user_id is not None else None
        moments = (user.last_login_at if user is not None else None, ordered.get(account_id))
        if all(moment is None or moment < before for moment in moments):
            done += _anonymize(account_id, at=at)
    return done, window[-1] if len(window) == limit else None


def _anonymize(account_id: int, *, at: datetime.datetime) -> bool:
    try:
        anonymize_account(account_id, actor=Actor(), at=at)
    except LoyaltyException:
        return False  # (it got something in the meantime, or has a membership)
    except Exception:
        # Whatever it was, it must not stop the accounts after this one.
        logger.exception("Account %s, which nobody uses, cannot be anonymized.", account_id)
        return False
    return True


def _months_before(at: datetime.datetime, months: int) -> datetime.datetime:
    before = moment_months_after(at, -months)
    if before is None:
        raise ValueError("so many months ago there was no calendar")
    return before
