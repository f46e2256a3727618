"""Giving points to many accounts at once: a file of half a million rows is not to take half a million transactions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError
from django.db.transaction import atomic

from ..errors import AccountNotFound, LoyaltyException
from ..models import Lot, LoyaltyAccount
from .account_rows import lock_those_there, save_accounts
from .give_points import CheckedGift, give_checked
from .idempotency import find_known_keys
from .inputs import check_account_bounds
from .lots import new_lot
from .posting import post_pairs
from .results import Posting
from .upkeep import is_unsettled

Given = Posting | LoyaltyException
"""What became of a gift: its posting, or why it was refused."""


def give_to_many(gifts: Sequence[CheckedGift]) -> list[Given]:
    """Credit to each of many accounts of one program what ``check_gift`` returned for one moment, as ``give_points``
    would.

    Returns what became of each, in the order of the gifts. A refused one writes nothing, and the others stand. After
    the others and one by one, as ``give_points`` does it, is posted what goes to an account where something is due, a
    debt stands, or that is named before, and what was given before.

    Raises ValueError where the programs or the moments are several; then nothing is written.
    Locks / writes: opens an atomic block; the accounts by their keys, then lots of those posted one by one.
    Idempotency: each gift has its own key; the same request returns the stored posting.
    Cost: seven statements for up to 500 that are not posted one by one.
    """
    if not gifts:
        return []
    if len({gift.entry.created_at for gift in gifts}) > 1:
        raise ValueError("the gifts are of several moments")
    given: dict[int, Given] = {}
    with atomic():
        accounts = lock_those_there({gift.account_id for gift in gifts})
        seen: set[int | str] = {*find_known_keys([gift.request.key for gift in gifts], accounts.values())}
        together: list[int] = []
        alone: list[int] = []
        for number, gift in enumerate(gifts):
            account = accounts.get(gift.account_id)
            if account is None:
                given[number] = AccountNotFound()
            elif {gift.account_id, gift.request.key} & seen or is_unsettled(account, at=gift.entry.created_at):
                alone.append(number)
            elif (refusal := _refusal(account, gift)) is not None:
                given[number] = refusal
            else:
                together.append(number)
            seen |= {gift.account_id, gift.request.key}
        try:
            with atomic():
                postings = _give_together([(accounts[gifts[number].account_id], gifts[number]) for number in together])
            given |= zip(together, postings, strict=True)
        except IntegrityError:
            # Another account's request took one of the keys in the meantime.
            alone = sorted([*together, *alone])
        for number in alone:
            given[number] = _give_alone(gifts[number])
    return [given[number] for number in range(len(gifts))]


def _refusal(account: LoyaltyAccount, gift: CheckedGift) -> LoyaltyException | None:
    try:
        gift.require_allowed(account)
        check_account_bounds(account, more=gift.entry.points)
    except LoyaltyException as refusal:
        return refusal
    return None


def _give_alone(gift: CheckedGift) -> Given:
    try:
        return give_checked(gift)
    except LoyaltyException as refusal:
        return refusal


def _give_together(pairs: Sequence[tuple[LoyaltyAccount, CheckedGift]]) -> list[Given]:
    transactions = post_pairs([(account, gift.entry) for account, gift in pairs])
    Lot.objects.bulk_create(
        new_lot(
            account,
            transaction,
            points=gift.entry.points,
            available_at=gift.available_at,
            expires_at=gift.lasting.until,
            at=gift.entry.created_at,
            lasts_while_active=gift.lasting.while_active,
        )
        for (account, gift), transaction in zip(pairs, transactions, strict=True)
    )
    save_accounts([account for account, _ in pairs])
    return [
        Posting(transaction, account, is_new=True)
        for (account, _), transaction in zip(pairs, transactions, strict=True)
    ]
