"""``delete_card``: staff removes a customer from the program for good; only the books stay (A-167).

The account is closed and no longer anybody's: buying again opens a new, empty one. Saleor's own deletion of a customer
does not come here: it is never refused, and ``erase_ownerless`` does the erasing after it.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import transaction

from ..errors import HasActiveMembership, HasPoints, PointsReserved
from ..events import emit
from ..events.catalogue import ACCOUNT_CLOSED
from ..ledger import Actor, forfeit_points, refresh_account
from ..memberships import has_active_membership
from ..models import ENDED_ACCOUNT_STATUSES, AccountStatus, LoyaltyAccount, LoyaltyTransaction
from .erase_account import erase_locked_account, forget_order_customers
from .erase_batch_rows import known_email


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DeletedCard:
    account: LoyaltyAccount
    """As it is now."""
    forfeiture: LoyaltyTransaction | None
    """The transaction that took the points, where there were any."""


def delete_card(account_id: int, *, forfeits: bool = False, actor: Actor, at: datetime.datetime) -> DeletedCard:
    """Close the account, take it from its user or e-mail, and erase everything that names the customer.

    ``forfeits``: give up what points the account has, pending ones too, in one DEDUCT transaction; a debt stays in the
    books, and nobody owes it any more.

    Raises, in this order:
        AccountNotFound: there is no such account.
        HasActiveMembership: a membership is active or frozen.
        PointsReserved: a checkout has points of it set aside, and may be about to be paid; also with ``forfeits``.
        HasPoints: it has points or a debt, and ``forfeits`` is not said.

    A refusal writes nothing. Locks: the account's order records, the account, its lots.
    Idempotency: a closed account is only erased. Cost: a constant number of statements, but for the lots.
    """
    with transaction.atomic():
        forget_order_customers(account_id)
        account = refresh_account(account_id, at=at)
        forfeiture = None
        if account.status not in ENDED_ACCOUNT_STATUSES:
            _refuse(account, forfeits=forfeits, at=at)
            posting = forfeit_points(account_id, actor=actor, at=at) if account.balance + account.debt > 0 else None
            if posting is not None:
                account, forfeiture = posting.account, posting.transaction
            account.status, account.closed_at = AccountStatus.CLOSED, at
            payload = {"account": account.pk, "user": account.user_id}
            emit(ACCOUNT_CLOSED, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
        email = known_email(account)
        account.user_id = account.email = None
        account.save(update_fields=["status", "closed_at", "user", "email"])
        erase_locked_account(account, email=email, at=at)
        return DeletedCard(account=account, forfeiture=forfeiture)


def _refuse(account: LoyaltyAccount, *, forfeits: bool, at: datetime.datetime) -> None:
    if has_active_membership(account.pk, at=at):
        raise HasActiveMembership
    if account.reserved > 0:
        raise PointsReserved(points=account.reserved)
    if not forfeits and (account.balance or account.pending or account.debt):
        raise HasPoints(available=account.available, pending=account.pending, debt=account.debt)
