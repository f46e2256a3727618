"""``delete_card``: staff removes a customer from the program for good; only the books stay (A-167).

The account is closed and no longer anybody's: buying again opens a new, empty one. Saleor's own deletion of a customer
does not come here: it is never refused, and ``erase_ownerless`` does the erasing after it.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import forget_mirrored
from ..ledger import Actor, refresh_account
from ..models import ENDED_ACCOUNT_STATUSES, AccountStatus, LoyaltyAccount
from .close_account import EndedAccount, end_account
from .erase_account import erase_locked_account, lock_for_erasing
from .erase_batch_rows import known_email


def delete_card(account_id: int, *, forfeits: bool = False, actor: Actor, at: datetime.datetime) -> EndedAccount:
    """Close the account, take it from its user or e-mail, and erase everything that names the customer. Accounts that
    were merged into it go the same way.

    ``forfeits``: give up what points the account has, pending ones too, in one DEDUCT transaction; a debt stays in the
    books, and nobody owes it any more.

    Raises, in this order:
        AccountNotFound: there is no such account.
        HasActiveMembership: a membership is active or frozen.
        PointsReserved: a checkout has points of it set aside, and may be about to be paid; also with ``forfeits``.
        HasPoints: it has points or a debt, and ``forfeits`` is not said.

    A refusal writes nothing. Locks: order records, the account and those merged into it, lots.
    Idempotency: a closed account is only erased. Cost: a constant number of statements, but for the lots.
    """
    with transaction.atomic():
        ended, _ = end_for_good(account_id, forfeits=forfeits, actor=actor, at=at)
        return ended


def end_for_good(
    account_id: int, *, forfeits: bool, actor: Actor, at: datetime.datetime
) -> tuple[EndedAccount, list[LoyaltyAccount]]:
    """Do what ``delete_card`` does, in the caller's atomic block. Returns also every account that was erased, locked
    and as it is now: the account itself first."""
    accounts = lock_for_erasing(account_id, at=at)
    account, forfeiture = refresh_account(account_id, at=at), None
    if account.status not in ENDED_ACCOUNT_STATUSES:
        ended = end_account(account, forfeits=forfeits, status=AccountStatus.CLOSED, actor=actor, at=at)
        account, forfeiture = ended.account, ended.forfeiture
    erased = [account, *(other for other in accounts if other.pk != account_id)]
    for one in erased:
        _forget_owner(one, at=at)
    return EndedAccount(account=account, forfeiture=forfeiture), erased


def _forget_owner(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """Take a locked account that has ended from its user or e-mail, and erase everything that names the customer."""
    email = known_email(account)
    if account.user_id is not None:
        forget_mirrored(account.user_id, program_id=account.program_id)
    account.user_id = account.email = None
    account.save(update_fields=["user", "email"])
    erase_locked_account(account, email=email, at=at)
