"""``merge_points``: all that one account has and owes goes to another of the same program, and back again.

Lots move whole, with their dates (``moving_lots``). A debt moves as a pair too: a MERGE_IN at the account that owed
it, which pays it, and a MERGE_OUT at the other one, which from then on has paid it or owes it. Every pair cancels in
the shop-wide identity. Who may merge what, and what besides points goes along, is not decided here.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.transaction import atomic

from ..errors import PointsReserved
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LoyaltyAccount, LoyaltyTransaction, Source, TransactionType
from .account_rows import lock_accounts, require_active, require_open, save_account
from .chain import digest
from .explaining import explain_move
from .inputs import check_actor, check_moment
from .movements import credit_points, debit_points
from .moving_lots import follow_lots, move_lots
from .posting import Entry
from .results import Actor
from .return_points import plan_return, post_return
from .settling import settle_changes
from .upkeep import bring_up_to_date


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedPoints:
    """What went along."""

    points: int
    """What the lots held, pending points too."""
    debt: int


def merge_points(
    source_id: int,
    *,
    to_account_id: int,
    reference: str,
    at: datetime.datetime,
    pending: datetime.timedelta | None,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> MergedPoints:
    """Move the source's points and its debt to the other account. What is available there pays the debt first.

    Args:
        reference: the external reference of every row; it names this merge and no other.
        pending: see ``move_lots``.

    Raises AccountNotFound; AccountClosed, AccountFrozen for either; ValueError for accounts of two programs;
    PointsReserved where a checkout has points of the source set aside; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; both accounts in the order of their keys, then the source's lots.
    Idempotency: a second call finds nothing and moves nothing.
    Cost: a constant number of statements, and one for each lot.
    """
    check_moment(at)
    check_actor(actor)
    with atomic():
        accounts = lock_accounts({source_id, to_account_id})
        source, target = accounts[source_id], accounts[to_account_id]
        for account in (source, target):
            require_active(account)
        if source.program_id != target.program_id:
            raise ValueError("accounts of two programs are not merged")
        bring_up_to_date(source, at)
        bring_up_to_date(target, at)
        if source.reserved > 0:
            raise PointsReserved(points=source.reserved)
        points = move_lots(
            source, target, _open_lots(source), at=at, pending=pending, reference=reference, actor=actor
        )
        debt = source.debt
        if debt:
            _move_debt(source, target, points=debt, reference=reference, at=at, actor=actor)
        save_account(source)
        save_account(target)
        return MergedPoints(points=points, debt=debt)


def unmerge_points(
    source_id: int,
    *,
    from_account_id: int,
    reference: str,
    undo_reference: str,
    at: datetime.datetime,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> int:
    """Take back to the source what is left of the points that ``merge_points`` moved, and its debt. Returns how many
    points were left. What the other account spent of them, lost by expiry or had taken back stays so.

    What had paid the debt goes back to the lots it came from, with the dates those had.

    Raises AccountNotFound; AccountClosed for the other account; PointsReserved where a checkout has points of it set
    aside; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; both accounts in the order of their keys, then lots. Works on a closed
    source. Idempotency: a second call under the same references finds nothing.
    Cost: a constant number of statements, and one for each lot.
    """
    check_moment(at)
    check_actor(actor)
    with atomic():
        accounts = lock_accounts({source_id, from_account_id})
        source, target = accounts[source_id], accounts[from_account_id]
        require_open(target)
        bring_up_to_date(source, at)
        bring_up_to_date(target, at)
        if target.reserved > 0:
            raise PointsReserved(points=target.reserved)
        debt = _take_debt_off(target, reference=reference, undo_reference=undo_reference, at=at, actor=actor)
        lots = _lots_that_came(target, reference=reference)
        points = move_lots(target, source, lots, at=at, pending=None, reference=undo_reference, actor=actor)
        if debt:
            entry = _debt_entry(TransactionType.MERGE_OUT, points=-debt, reference=undo_reference, at=at, actor=actor)
            debit_points(source, entry, debt=max(0, debt - source.available))
        save_account(source)
        save_account(target)
        return points


def forward_points(source_id: int, *, to_account_id: int, reference: str, at: datetime.datetime) -> int:
    """Move what came into the lots of a merged account since (spent points that were returned) to where it was merged
    into. Returns how many points.

    Raises AccountNotFound; InvalidPoints beyond what an account can hold. Works on closed accounts.
    Locks / writes: as ``merge_points``. Idempotency: a second call finds nothing and returns 0.
    """
    check_moment(at)
    with atomic():
        accounts = lock_accounts({source_id, to_account_id})
        source, target = accounts[source_id], accounts[to_account_id]
        bring_up_to_date(source, at)
        bring_up_to_date(target, at)
        points = move_lots(source, target, _open_lots(source), at=at, pending=None, reference=reference)
        save_account(source)
        save_account(target)
        return points


def _open_lots(account: LoyaltyAccount) -> list[Lot]:
    lots = lot_qs_select_for_update().filter(account=account, remaining__gt=0)
    return list(lots.select_related("transaction"))


def _lots_that_came(account: LoyaltyAccount, *, reference: str) -> list[Lot]:
    """Return the account's lots with something in them that came by the merge, by whatever way since."""
    arrived = Lot.objects.filter(
        transaction__external_reference=reference, transaction__type=TransactionType.MERGE_IN, account=account
    )
    known: set[int] = set()
    wave = list(arrived.values_list("pk", flat=True))
    while wave:
        known.update(wave)
        wave = [lot.pk for came in follow_lots(wave).values() for lot in came if lot.pk not in known]
    lots = lot_qs_select_for_update().filter(pk__in=known, account=account, remaining__gt=0)
    return list(lots.select_related("transaction"))


def _move_debt(
    debtor: LoyaltyAccount,
    payer: LoyaltyAccount,
    *,
    points: int,
    reference: str,
    at: datetime.datetime,
    actor: Actor,
) -> None:
    arriving = _debt_entry(TransactionType.MERGE_IN, points=points, reference=reference, at=at, actor=actor)
    credit_points(debtor, arriving, available_at=at, expires_at=None)
    leaving = _debt_entry(TransactionType.MERGE_OUT, points=-points, reference=reference, at=at, actor=actor)
    debit_points(payer, leaving, debt=max(0, points - payer.available))


def _take_debt_off(
    payer: LoyaltyAccount, *, reference: str, undo_reference: str, at: datetime.datetime, actor: Actor
) -> int:
    """Give the payer back what the debt took, to the lots it came from. Returns how many points that was."""
    key = _debt_key(TransactionType.MERGE_OUT, reference)
    moved = LoyaltyTransaction.objects.filter(program_id=payer.program_id, idempotency_key=key).first()
    if moved is None:
        return 0
    points = -moved.points
    plan = plan_return(payer, moved, points=points)
    entry = _debt_entry(
        TransactionType.MERGE_IN, points=points, reference=undo_reference, at=at, actor=actor, reverses_id=moved.pk
    )
    post_return(payer, entry, plan, at=at)
    settle_changes(payer, at=at)
    return points


def _debt_key(type: TransactionType, reference: str) -> str:
    return f"debt:{reference}:{type.value}"


def _debt_entry(
    type: TransactionType,
    *,
    points: int,
    reference: str,
    at: datetime.datetime,
    actor: Actor,
    reverses_id: int | None = None,
) -> Entry:
    return Entry(
        type=type.value,
        source=Source.ACCOUNT.value,
        points=points,
        created_at=at,
        occurred_at=at,
        actor=actor,
        idempotency_key=_debt_key(type, reference),
        request_hash=digest({"verb": "mergeDebt", "reference": reference}),
        reverses_id=reverses_id,
        external_reference=reference,
        receipt=explain_move(points, type=type.value),
    )
