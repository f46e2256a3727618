"""Taking back many gifts at once, of which nothing has been spent yet: a file of half a million rows, undone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.transaction import atomic

from ..errors import InvalidPoints, LoyaltyException
from ..lock_objects import lot_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, Lot, LotUse, LoyaltyAccount, LoyaltyTransaction
from .account_rows import lock_those_there, save_accounts
from .idempotency import Request, find_known_keys
from .inputs import check_account_bounds, check_actor, check_moment
from .moving_lots import trails_of
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

    Raises ValueError where they are of several programs; then nothing is written.
    Locks / writes: opens an atomic block; all accounts by their keys (of points that have moved, where they are now),
    then lots.
    Idempotency: each correction has its own key; the same request returns the stored outcome.
    Cost: twelve statements for up to 500 that are not taken back one by one.
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
    """Return by number the gifts of which nothing is gone, and nothing stands against taking them back at once. Locks
    the accounts of all that is to be taken back."""
    originals = LoyaltyTransaction.objects.in_bulk([correction.transaction_id for correction in corrections])
    requests = _requests(corrections, originals, actor=actor, internal_note=internal_note)
    gifts = [pk for pk, original in originals.items() if original.points > 0]
    accounts = lock_those_there(_holders(originals, gifts))
    known = find_known_keys([request.key for request in requests.values()], accounts.values())
    lots = {lot.transaction_id: lot for lot in lot_qs_select_for_update().filter(transaction__in=gifts)}
    seen: set[int | str] = {*known}
    corrections_before = LoyaltyTransaction.objects.filter(reverses__in=gifts).order_by()
    corrected = set(corrections_before.values_list("reverses", flat=True))
    found: dict[int, _Whole] = {}
    for number, request in requests.items():
        original = originals[corrections[number].transaction_id]
        named: set[int | str] = {original.account_id, request.key}
        is_first = not named & seen
        seen |= named
        account, lot = accounts.get(original.account_id), lots.get(original.pk)
        if not is_first or lot is None or account is None or original.pk in corrected:
            continue
        if _is_whole(original, lot, account, at=at):
            found[number] = _Whole(original, lot, account, request)
    return found


def _requests(
    corrections: Sequence[Correction],
    originals: Mapping[int, LoyaltyTransaction],
    *,
    actor: Actor,
    internal_note: str,
) -> dict[int, Request]:
    """Return by number what makes sense; the rest is refused where it is taken back by itself."""
    found = {}
    for number, correction in enumerate(corrections):
        original = originals.get(correction.transaction_id)
        if original is None:
            continue
        try:
            require_by_hand(original)
            found[number] = correction_request(
                original.pk,
                key=correction.idempotency_key,
                actor=actor,
                reason=correction.reason,
                internal_note=internal_note,
            )
        except LoyaltyException:
            continue
    return found


def _holders(originals: Mapping[int, LoyaltyTransaction], gifts: Sequence[int]) -> set[int]:
    """Return the accounts that are written to: of gifts that have moved those where they are now, and not their own,
    so that whoever moves points between the two waits for nobody in a circle."""
    holders = {pk: original.account_id for pk, original in originals.items()}
    lots = Lot.objects.filter(transaction__in=gifts).order_by()
    given = {lot.pk: lot.transaction_id for lot in lots}
    for pk, trail in trails_of(lots).items():
        holders[given[pk]] = trail[-1].account_id
    return set(holders.values())


def _is_whole(original: LoyaltyTransaction, lot: Lot, account: LoyaltyAccount, *, at: datetime.datetime) -> bool:
    if account.status in ENDED_ACCOUNT_STATUSES or is_unsettled(account, at=at):
        return False
    try:
        check_account_bounds(account, more=-original.points)
    except InvalidPoints:
        # More than an account may hold by now, and still more than that after it.
        return False
    is_untouched = lot.remaining == original.points
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
