"""``undo_merge``: two accounts that were merged are two again.

Back at the source is what is left of what it brought: of its points what was not spent, taken back or expired
meanwhile, its debt, its orders, memberships and card. What was earned since the merge stays with the target, and so
does what the target has spent: the preview says beforehand how many points that is.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import transaction

from ..errors import AccountClosed, AlreadyReversed, LoyaltyException
from ..events import emit
from ..events.catalogue import ACCOUNT_MERGE_UNDONE
from ..ledger import Actor, change_status, refresh_account, unmerge_points
from ..ledger.account_rows import require_active
from ..lock_objects import loyalty_account_qs_select_for_update, order_record_qs_select_for_update
from ..models import AccountChangeKind, AccountMerge, AccountStatus, LoyaltyAccount
from ..tiers import reassess_tier
from ..withdraw_exports import withdraw_personal_exports
from .account_changes import check_reason, note_account_change
from .merge_accounts import reference_of
from .merge_parts import move_orders, move_parts_back
from .merge_preview import AccountFigures, figures_of


class MergeNotFound(LoyaltyException):
    """There is no such merge."""

    code = "NOT_FOUND"
    field = "id"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class UndonePreview:
    """What undoing does; the figures after are exact, as of ``MergePreview``."""

    points: int
    """What is left, and comes back."""
    points_gone: int
    """What was spent, taken back or expired since."""
    debt: int
    source_after: AccountFigures
    target_before: AccountFigures
    target_after: AccountFigures


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class UndoneMerge:
    merge: AccountMerge
    """As it is now; of a preview as it was."""
    preview: UndonePreview


def undo_merge(
    merge_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "", is_dry_run: bool = False
) -> UndoneMerge:
    """Undo the merge, or with ``is_dry_run`` say exactly what that would do, and write nothing.

    Raises, in this order:
        LoyaltyException about ``reason``; MergeNotFound.
        AlreadyReversed: it was undone before.
        AccountClosed: the target is not open any more (it was merged itself: undo that first), or nobody owns the
            source any more.
        AccountFrozen: the target is frozen. Unfreeze it first: undoing must not free what was frozen.
        PointsReserved: a checkout has points of the target set aside, and may be about to be paid.
        InvalidPoints: more than one account can hold.

    A refusal writes nothing. Locks / writes: as ``merge_accounts``. Idempotency: a second call raises AlreadyReversed.
    Cost: a constant number of statements, and one for each lot.
    """
    check_reason(reason)
    with transaction.atomic():
        merge = AccountMerge.objects.filter(pk=merge_id).first()
        if merge is None:
            raise MergeNotFound
        records = order_record_qs_select_for_update().filter(
            account_id=merge.target_id, pk__in=merge.moved.get("orders", [])
        )
        record_ids = list(records.values_list("pk", flat=True))
        list(loyalty_account_qs_select_for_update().filter(pk__in=(merge.source_id, merge.target_id)))
        merge.refresh_from_db()  # read again under the locks: of two sessions one has undone it
        if merge.undone_at is not None:
            raise AlreadyReversed
        preview = _undo(merge, record_ids, actor=actor, at=at, reason=reason)
        if is_dry_run:
            transaction.set_rollback(True)
    if is_dry_run:
        merge.refresh_from_db()
    return UndoneMerge(merge=merge, preview=preview)


def _undo(
    merge: AccountMerge, record_ids: list[int], *, actor: Actor, at: datetime.datetime, reason: str
) -> UndonePreview:
    source = refresh_account(merge.source_id, at=at)
    target = refresh_account(merge.target_id, at=at)
    require_active(target)
    if source.user_id is None and source.email is None:
        raise AccountClosed("Nobody owns the merged account any more.", field="source")
    before = figures_of(target)
    change_status(source, AccountStatus.ACTIVE, at=at)
    points = unmerge_points(
        source.pk,
        from_account_id=target.pk,
        reference=reference_of(merge),
        undo_reference=f"{reference_of(merge)}:undone",
        at=at,
        actor=actor,
    )
    move_orders(record_ids, from_account_id=target.pk, to_account_id=source.pk)
    move_parts_back(source, target, merge.moved, at=at)
    withdraw_personal_exports([source.pk, target.pk], at=at)
    merge.points_returned, merge.undone_at = points, at
    merge.undone_by_kind, merge.undone_by_id = actor.kind, actor.id
    merge.save(update_fields=["points_returned", "undone_at", "undone_by_kind", "undone_by_id"])
    for account in sorted((source, target), key=lambda account: account.pk):
        reassess_tier(account.pk, at=at)
        note_account_change(
            account.pk, AccountChangeKind.ACCOUNT_MERGE_UNDONE, actor=actor, at=at, reason=reason, merge=merge
        )
    _tell(merge, source, at=at)
    return UndonePreview(
        points=points,
        points_gone=merge.points - points,
        debt=merge.debt,
        source_after=figures_of(refresh_account(source.pk, at=at)),
        target_before=before,
        target_after=figures_of(refresh_account(target.pk, at=at)),
    )


def _tell(merge: AccountMerge, source: LoyaltyAccount, *, at: datetime.datetime) -> None:
    payload = {
        "account": source.pk,
        "user": source.user_id,
        "target": merge.target_id,
        "merge": merge.pk,
        "points": merge.points_returned,
        "debt": merge.debt,
    }
    emit(ACCOUNT_MERGE_UNDONE, program_id=source.program_id, account_id=source.pk, payload=payload, at=at)
