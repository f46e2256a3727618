"""Points for a short list of customers, at once: as many ``give``, in one atomic block and one batch to take back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from ..accounts import (
    AccountTarget,
    HandTerms,
    check_source_by_hand,
    give_by_hand,
    open_target,
    terms_of_program,
)
from ..errors import AccountNotFound, LimitReached, LoyaltyException
from ..ledger import Actor, Posting
from ..ledger.inputs import check_text
from ..models import Batch, BatchErrorPolicy, BatchKind, BatchRow, BatchRowStatus, BatchStatus, LoyaltyAccount
from .row_values import ACCOUNT, USER

LIST_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift:
    """Points for one customer."""

    target: AccountTarget
    points: int
    reason: str
    idempotency_key: str
    internal_note: str = ""
    source: str = "MANUAL"
    expires_at: datetime.datetime | None = None
    external_reference: str = ""


@dataclass(slots=True)
class GiftOutcome:
    """What became of one. With IGNORE_FAILED there may be both a posting and a refusal of a part of it."""

    posting: Posting | None = None
    refusals: list[LoyaltyException] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GiftsOutcome:
    outcomes: tuple[GiftOutcome, ...]
    """In the order of the list."""
    batch: Batch | None
    """To take it all back; None where nothing new was given."""


def list_too_long() -> LimitReached:
    """Return the refusal of a list of more than ``LIST_MAX``."""
    return LimitReached(f"A list has at most {LIST_MAX} rows; send a file.", field="input")


class _Undo(Exception):
    """Ends the atomic block without a trace."""


def give_many(
    program_id: int, gifts: Sequence[Gift], *, error_policy: str, is_dry_run: bool, actor: Actor, at: datetime.datetime
) -> GiftsOutcome:
    """Give points to each of at most 100 customers of one program.

    REJECT_EVERYTHING: one that fails undoes all. REJECT_FAILED_ROWS: the others are given. IGNORE_FAILED: so are those
    of which only the internal note, the source or the external reference makes no sense, without that part. A dry run
    does the same and writes nothing.

    Raises LimitReached for a longer list. What is wrong with one is in its outcome.
    Idempotency: each has its own key; what was given before is answered as it stands and is not in the new batch.
    Locks / writes: one atomic block; the accounts in the order of their keys.
    """
    if len(gifts) > LIST_MAX:
        raise list_too_long()
    outcomes = tuple(GiftOutcome() for _ in gifts)
    batch: Batch | None = None
    try:
        with transaction.atomic():
            batch = _new_batch(program_id, error_policy, actor, at)
            pairs = list(zip(gifts, outcomes, strict=True))
            keys, terms = _known_accounts(program_id, gifts), terms_of_program(program_id, at=at)
            # Accounts that are there by their keys, as everywhere; then those to be opened by their users.
            for gift, outcome in sorted(pairs, key=lambda pair: _lock_order(pair[0].target, keys)):
                _give(gift, outcome, batch, keys=keys, terms=terms)
            is_broken = any(outcome.posting is None for outcome in outcomes)
            if is_dry_run or (is_broken and error_policy == BatchErrorPolicy.REJECT_EVERYTHING):
                raise _Undo
            _finish(batch, gifts, outcomes)
            if batch.total == 0:
                batch.delete()
                batch = _first_batch(outcomes)
    except _Undo:
        for outcome in outcomes:
            outcome.posting = None
        batch = None
    return GiftsOutcome(outcomes, batch)


@dataclass(frozen=True, slots=True)
class _Keys:
    """Accounts of the program that are there: those that are named, and those of users who are, by user."""

    named: frozenset[int]
    by_user: dict[int, int]


def _known_accounts(program_id: int, gifts: Sequence[Gift]) -> _Keys:
    users = {gift.target.user_id for gift in gifts if gift.target.user_id is not None}
    named = {gift.target.account_id for gift in gifts if gift.target.account_id is not None}
    accounts = LoyaltyAccount.objects.filter(Q(user_id__in=users) | Q(pk__in=named), program_id=program_id)
    found = list(accounts.values_list("pk", "user_id"))
    by_user = {user_id: key for key, user_id in found if user_id is not None}
    return _Keys(frozenset(key for key, _ in found), by_user)


def _lock_order(target: AccountTarget, keys: _Keys) -> tuple[bool, int]:
    key = target.account_id if target.account_id is not None else keys.by_user.get(target.user_id or 0)
    return key is None, key if key is not None else target.user_id or 0


def _new_batch(program_id: int, error_policy: str, actor: Actor, at: datetime.datetime) -> Batch:
    return Batch.objects.create(
        program_id=program_id,
        kind=BatchKind.GIVE,
        status=BatchStatus.DONE,
        error_policy=BatchErrorPolicy(error_policy),
        source="MANUAL",
        # Each gift has its own key; the batch's is only to be unlike any other.
        idempotency_key=f"list:{uuid.uuid4().hex}",
        request_hash="",
        actor_kind=actor.kind,
        actor_id=actor.id,
        created_at=at,
        progressed_at=at,
        finished_at=at,
    )


def _give(gift: Gift, outcome: GiftOutcome, batch: Batch, *, keys: _Keys, terms: HandTerms) -> None:
    parts = {"source": gift.source, "internal_note": gift.internal_note, "external_reference": gift.external_reference}
    checks = (
        ("source", "MANUAL", lambda: check_source_by_hand(gift.source)),
        ("internal_note", "", lambda: check_text(gift.internal_note, field="internalNote")),
        (
            "external_reference",
            "",
            lambda: check_text(gift.external_reference, field="externalReference", max_length=250),
        ),
    )
    for name, default, check in checks:
        try:
            check()
        except LoyaltyException as refusal:
            outcome.refusals.append(refusal)
            parts[name] = default
    if outcome.refusals and batch.error_policy != BatchErrorPolicy.IGNORE_FAILED:
        return
    try:
        with transaction.atomic():
            account_id = open_target(gift.target, at=batch.created_at)
            if account_id not in keys.named:
                _require_of_program(account_id, batch)
            outcome.posting = give_by_hand(
                account_id,
                points=gift.points,
                at=batch.created_at,
                idempotency_key=gift.idempotency_key,
                actor=Actor(kind=batch.actor_kind, id=batch.actor_id),
                reason=gift.reason,
                expires_at=gift.expires_at,
                batch_id=batch.pk,
                terms=terms,
                source=parts["source"],
                internal_note=parts["internal_note"],
                external_reference=parts["external_reference"],
            )
    except LoyaltyException as refusal:
        outcome.refusals.append(refusal)


def _require_of_program(account_id: int, batch: Batch) -> None:
    """Raise AccountNotFound for an account of another program; one that has just been opened is looked up."""
    if not LoyaltyAccount.objects.filter(pk=account_id, program_id=batch.program_id).exists():
        raise AccountNotFound


def _finish(batch: Batch, gifts: Sequence[Gift], outcomes: Sequence[GiftOutcome]) -> None:
    rows = []
    for number, (gift, outcome) in enumerate(zip(gifts, outcomes, strict=True), start=1):
        if outcome.posting is not None and not outcome.posting.is_new:
            continue
        refusal = outcome.refusals[0] if outcome.refusals else None
        posting = outcome.posting
        key = gift.target.account_id or gift.target.user_id
        rows.append(
            BatchRow(
                batch=batch,
                number=number,
                identity_kind=ACCOUNT if gift.target.account_id is not None else USER,
                identity="" if posting else str(key),
                target=f"account:{posting.account.pk}" if posting else "",
                points=gift.points,
                status=BatchRowStatus.DONE if posting else BatchRowStatus.FAILED,
                code=refusal.code if refusal else "",
                field=(refusal.field or "") if refusal else "",
                message=refusal.message[:500] if refusal else "",
                account_id=posting.account.pk if posting else None,
                transaction_id=posting.transaction.pk if posting else None,
            )
        )
        batch.done += posting is not None
        batch.failed += posting is None
        batch.points_moved += posting.transaction.points if posting else 0
    batch.total = len(rows) if batch.done else 0
    if batch.done:
        BatchRow.objects.bulk_create(rows)
        batch.save()


def _first_batch(outcomes: Sequence[GiftOutcome]) -> Batch | None:
    """The batch of a list that was given before."""
    found = (outcome.posting.transaction.batch_id for outcome in outcomes if outcome.posting)
    keys = [key for key in found if key is not None]
    return Batch.objects.filter(pk__in=keys).order_by("pk").first()
