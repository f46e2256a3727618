"""Taking back many gifts at once, of which nothing has been spent yet: a file of half a million rows, undone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.transaction import atomic

from ..errors import LoyaltyException
from ..lock_objects import lot_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, Lot, LotUse, LoyaltyAccount, LoyaltyTransaction
from .account_rows import lock_those_there, save_accounts
from .idempotency import Request
from .inputs import check_actor, check_moment
from .posting import post_pairs
from .results import Actor, Posting, ReversalResult
from .reverse_transaction import correction_entry, correction_request, require_by_hand, reverse_transaction
from .upkeep import is_unsettled

Reversed = ReversalResult | LoyaltyException
"""What became of a correction: its outcome, or why it was refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One transaction that is to be taken back."""

    transaction_id: int
    idempotency_key: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A gift that is as it was given, with its account locked."""

    original: LoyaltyTransaction
    lot: Lot
    account: LoyaltyAccount
    request: Request


def reverse_many(
    corrections: Sequence[Correction],
    *,
    at: datetime.datetime,
    actor: Actor,
    internal_note: str = "",
    batch_id: int | None = None,
) -> list[Reversed]:
    """Take back each of many transactions of one program, as ``reverse_transaction`` would.

    Returns what became of each, in their order. A refused one writes nothing, and the others stand. Gifts that are as
    they were given are taken back together, each account's first; after them and one by one, as
    ``reverse_transaction`` does it, everything else: what was spent in part, has moved, expired or been taken back,
    deductions, and what goes from an account where something is due or a debt stands.

    Raises ValueError where the gifts are of several programs; then nothing is written.
    Locks / writes: opens an atomic block; the accounts of the gifts by their keys, then their lots.
    Idempotency: each correction has its own key; the same request returns the stored outcome.
    Cost: eleven statements for up to 500 that are not taken back one by one.
    """
    check_moment(at)
    check_actor(actor)
    found: dict[int, Reversed] = {}
    with atomic():
        whole = _whole_gifts(corrections, at=at, actor=actor, internal_note=internal_note)
        try:
            with atomic():
                found |= _take_back(whole, at=at, actor=actor, batch_id=batch_id)
        except IntegrityError:
            # Another account's request took one of the keys in the meantime.
            found.clear()
        for number, correction in enumerate(corrections):
            if number in found:
                continue
            try:
                found[number] = reverse_transaction(
                    correction.transaction_id,
                    at=at,
                    idempotency_key=correction.idempotency_key,
                    actor=actor,
                    reason=correction.reason,
                    internal_note=internal_note,
                    batch_id=batch_id,
                )
            except LoyaltyException as refusal:
                found[number] = refusal
    return [found[number] for number in range(len(corrections))]


def _whole_gifts(
    corrections: Sequence[Correction], *, at: datetime.datetime, actor: Actor, internal_note: str
) -> dict[int, _Whole]:
    """Return by number the gifts of which nothing is gone, and nothing stands against taking them back at once."""
    originals = LoyaltyTransaction.objects.in_bulk([correction.transaction_id for correction in corrections])
    gifts = {pk: original for pk, original in originals.items() if original.points > 0}
    accounts = lock_those_there({original.account_id for original in gifts.values()})
    programs = {account.program_id for account in accounts.values()}
    if len(programs) > 1:
        raise ValueError("the gifts are of several programs")
    lots = {lot.transaction_id: lot for lot in lot_qs_select_for_update().filter(transaction__in=gifts)}
    keys = [correction.idempotency_key for correction in corrections]
    known = LoyaltyTransaction.objects.filter(program_id__in=programs, idempotency_key__in=keys).order_by()
    seen: set[int | str] = set(known.values_list("idempotency_key", flat=True))
    corrections_before = LoyaltyTransaction.objects.filter(reverses__in=gifts).order_by()
    corrected = set(corrections_before.values_list("reverses", flat=True))
    found: dict[int, _Whole] = {}
    for number, correction in enumerate(corrections):
        original, lot = originals.get(correction.transaction_id), lots.get(correction.transaction_id)
        if original is None:
            continue
        named: set[int | str] = {original.account_id, correction.idempotency_key}
        is_first = not named & seen
        seen |= named
        account = accounts.get(original.account_id)
        if not is_first or lot is None or account is None or original.pk in corrected:
            continue
        if not _is_whole(original, lot, account, at=at):
            continue
        try:
            require_by_hand(original)
            request = correction_request(
                original.pk,
                key=correction.idempotency_key,
                actor=actor,
                reason=correction.reason,
                internal_note=internal_note,
            )
        except LoyaltyException:
            # It is refused where it is taken back by itself.
            continue
        found[number] = _Whole(original, lot, account, request)
    return found


def _is_whole(original: LoyaltyTransaction, lot: Lot, account: LoyaltyAccount, *, at: datetime.datetime) -> bool:
    if account.status in ENDED_ACCOUNT_STATUSES or is_unsettled(account, at=at):
        return False
    is_untouched = lot.account_id == account.pk and lot.remaining == lot.issued == original.points
    # What a reservation keeps past its date is not taken back.
    is_alive = lot.expires_at is None or lot.expires_at > at
    return is_untouched and is_alive and (not lot.is_matured or account.available >= lot.remaining)


def _take_back(
    whole: dict[int, _Whole], *, at: datetime.datetime, actor: Actor, batch_id: int | None
) -> dict[int, Reversed]:
    if not whole:
        return {}
    gifts = list(whole.values())
    transactions = post_pairs(
        [
            (
                gift.account,
                correction_entry(
                    gift.original,
                    gift.request,
                    holder=gift.original,
                    points=-gift.original.points,
                    at=at,
                    actor=actor,
                    batch_id=batch_id,
                ),
            )
            for gift in gifts
        ]
    )
    LotUse.objects.bulk_create(
        LotUse(lot=gift.lot, transaction=transaction, points=gift.lot.remaining, created_at=at)
        for gift, transaction in zip(gifts, transactions, strict=True)
    )
    Lot.objects.filter(pk__in=[gift.lot.pk for gift in gifts]).update(remaining=0)
    for gift in gifts:
        gift.account.pending -= 0 if gift.lot.is_matured else gift.lot.remaining
    save_accounts([gift.account for gift in gifts])
    return {
        number: ReversalResult(
            posting=Posting(transaction, gift.account, is_new=True),
            reversed_points=gift.original.points,
            unrecovered_points=0,
        )
        for (number, gift), transaction in zip(whole.items(), transactions, strict=True)
    }
