"""``merge_accounts``: two accounts of one person in a program become one (D-12).

All that the source has goes to the target: points with their dates, debts, orders, memberships, the card, referrals.
The source is closed and points to the target; it keeps its user or e-mail, so that the merge can be undone and the
customer's later orders under it earn for the target. Nothing is guessed: staff names both, and sees before what will
happen. Held by ``tests/accounts/test_merging.py`` and the random lives of ``test_merged_lives.py``.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import IntegrityError, transaction

from ..errors import AccountClosed, AccountFrozen, AccountNotFound, IdempotencyConflict, LoyaltyException
from ..events import emit
from ..events.catalogue import ACCOUNT_MERGED
from ..host import get_host
from ..ledger import Actor, change_status, check_key, merge_points, refresh_account
from ..ledger.account_rows import require_active
from ..ledger.chain import digest
from ..lock_objects import loyalty_account_qs_select_for_update, order_record_qs_select_for_update
from ..models import AccountChangeKind, AccountMerge, AccountStatus, LoyaltyAccount, OrderRecord
from ..programs import program_for_account
from ..rules import ProgramRules
from ..tiers import reassess_tier
from ..withdraw_exports import withdraw_personal_exports
from .account_changes import check_reason, note_account_change
from .merge_parts import move_orders, move_parts
from .merge_preview import MergePreview, conflicts_between, figures_of, lots_of, names_of_moved

_ATTEMPTS = 5
"""How often the order records are locked anew, where orders of the source were awarded meanwhile."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MergeResult:
    merge: AccountMerge | None
    """None of a preview."""
    preview: MergePreview | None
    """None where the merge was made before."""


class _OrdersCameMeanwhile(Exception):
    """The source got orders between the locking of its records and its own."""


def merge_accounts(
    source_id: int,
    *,
    target_id: int,
    idempotency_key: str,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    is_dry_run: bool = False,
) -> MergeResult:
    """Merge the source into the target, or with ``is_dry_run`` say exactly what that would do, and write nothing.

    Raises, in this order:
        LoyaltyException about ``reason`` and ``idempotencyKey``; AccountNotFound.
        IdempotencyConflict: the key stands for another merge.
        LoyaltyException about ``target``: it is the source itself, or of another program.
        AccountClosed, AccountFrozen: one of them is. Unfreeze it first: a merge must not free what was frozen.
        PointsReserved: a checkout has points of the source set aside, and may be about to be paid.
        InvalidPoints: more than one account can hold.

    A refusal writes nothing. Locks / writes: opens an atomic block; the source's order records, both accounts in the
    order of their keys, then what is theirs.
    Idempotency: the same key and accounts again return the stored merge.
    Cost: a constant number of statements, and one for each lot.
    """
    check_reason(reason)
    if not is_dry_run:
        check_key(idempotency_key)
    request_hash = digest({"verb": "mergeAccounts", "source": source_id, "target": target_id})
    program_id = _require_two(source_id, target_id, key=idempotency_key, request_hash=request_hash)
    stored = _find_stored(program_id, idempotency_key, request_hash=request_hash) if not is_dry_run else None
    if stored is not None:
        return MergeResult(merge=stored, preview=None)
    merge = AccountMerge(
        program_id=program_id,
        source_id=source_id,
        target_id=target_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash,
        actor_kind=actor.kind,
        actor_id=actor.id,
        created_at=at,
    )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                preview = _merge(merge, actor=actor, reason=reason, at=at)
                if is_dry_run:
                    transaction.set_rollback(True)
            return MergeResult(merge=None if is_dry_run else merge, preview=preview)
        except _OrdersCameMeanwhile:
            merge.pk = None
            if attempt == _ATTEMPTS:
                raise LoyaltyException("The account is getting orders just now: try again.", field="source") from None
        except (IntegrityError, AccountClosed):
            # Another session took the key in the meantime, and closed the source if it is the same merge.
            stored = _find_stored(program_id, idempotency_key, request_hash=request_hash) if not is_dry_run else None
            if stored is None:
                raise
            return MergeResult(merge=stored, preview=None)
    raise AssertionError("unreachable")  # pragma: no cover


def _require_two(source_id: int, target_id: int, *, key: str, request_hash: str) -> int:
    """Return the program that both are of. What was merged under the key before is not judged again."""
    programs = dict(LoyaltyAccount.objects.filter(pk__in=(source_id, target_id)).values_list("pk", "program_id"))
    for account_id, field in ((source_id, "source"), (target_id, "target")):
        if account_id not in programs:
            raise AccountNotFound(field=field)
    if source_id == target_id:
        raise LoyaltyException("An account cannot be merged into itself.", field="target")
    if programs[source_id] != programs[target_id]:
        raise LoyaltyException("Accounts of two programs cannot be merged.", field="target")
    return programs[source_id]


def _find_stored(program_id: int, key: str, *, request_hash: str) -> AccountMerge | None:
    stored = AccountMerge.objects.filter(program_id=program_id, idempotency_key=key).first()
    if stored is not None and stored.request_hash != request_hash:
        raise IdempotencyConflict
    return stored


def _merge(merge: AccountMerge, *, actor: Actor, reason: str, at: datetime.datetime) -> MergePreview:
    records = list(order_record_qs_select_for_update().filter(account_id=merge.source_id).values_list("pk", flat=True))
    source, target = _lock_both(merge, at=at)
    if OrderRecord.objects.filter(account_id=merge.source_id).count() != len(records):
        raise _OrdersCameMeanwhile
    source_before, target_before = figures_of(source), figures_of(target)
    lots, lots_count = lots_of(source.pk)
    conflicts = conflicts_between(source.pk, target.pk)
    merge.moved = {}
    merge.save(force_insert=True)
    move_orders(records, from_account_id=source.pk, to_account_id=target.pk)
    merged = merge_points(
        source.pk,
        to_account_id=target.pk,
        reference=reference_of(merge),
        at=at,
        pending=_waiting_ends(target),
        actor=actor,
    )
    moved = {"orders": records, **move_parts(source, target, at=at)}
    AccountMerge.objects.filter(pk=merge.pk).update(moved=moved, points=merged.points, debt=merged.debt)
    merge.refresh_from_db()
    reassess_tier(target.pk, at=at)
    withdraw_personal_exports([source.pk, target.pk], at=at)
    _close_source(merge, actor=actor, reason=reason, at=at)
    return MergePreview(
        source_before=source_before,
        target_before=target_before,
        target_after=figures_of(refresh_account(target.pk, at=at)),
        points=merged.points,
        debt=merged.debt,
        lots=tuple(lots),
        lots_count=lots_count,
        conflicts=conflicts,
        **names_of_moved(moved),
    )


def reference_of(merge: AccountMerge) -> str:
    """Return the external reference of the merge's rows in the ledger."""
    return f"merge:{merge.pk}"


def _lock_both(merge: AccountMerge, *, at: datetime.datetime) -> tuple[LoyaltyAccount, LoyaltyAccount]:
    """Return source and target, locked in the order of their keys, and exact at ``at``."""
    fields = {merge.source_id: "source", merge.target_id: "target"}
    locked = loyalty_account_qs_select_for_update().filter(pk__in=fields)
    accounts = {account.pk: account for account in locked}
    for account_id, field in fields.items():
        try:
            require_active(accounts[account_id])
        except (AccountClosed, AccountFrozen) as refusal:
            raise type(refusal)(field=field) from None
    return refresh_account(merge.source_id, at=at), refresh_account(merge.target_id, at=at)


def _waiting_ends(target: LoyaltyAccount) -> datetime.timedelta | None:
    """Return how long after its award a lot can be spent that waited for joining; None: the target has not joined
    either."""
    user = get_host().users([target.user_id]).get(target.user_id) if target.user_id is not None else None
    if user is None or user.member_status != "MEMBER":
        return None
    program = program_for_account(target)
    rules = program.rules if program is not None else ProgramRules()
    return datetime.timedelta(days=rules.pending_days)


def _close_source(merge: AccountMerge, *, actor: Actor, reason: str, at: datetime.datetime) -> None:
    source = refresh_account(merge.source_id, at=at)
    change_status(source, AccountStatus.CLOSED, at=at)
    for account_id in (merge.source_id, merge.target_id):
        note_account_change(
            account_id, AccountChangeKind.ACCOUNT_MERGED, actor=actor, at=at, reason=reason, merge=merge
        )
    payload = {
        "account": source.pk,
        "user": source.user_id,
        "target": merge.target_id,
        "merge": merge.pk,
        "points": merge.points,
        "debt": merge.debt,
    }
    emit(ACCOUNT_MERGED, program_id=source.program_id, account_id=source.pk, payload=payload, at=at)
