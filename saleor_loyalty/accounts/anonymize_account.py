"""``anonymize_account``: nobody can say any more whose account it was; what moved and when stays in the books.

It is what a customer may ask for who keeps the shop's own account: the shop's user is not touched, and who buys again
gets a new account. Saleor's own deletion of a customer does not come here (see ``erase_ownerless``).
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import emit
from ..events.catalogue import ACCOUNT_ANONYMIZED
from ..ledger import Actor, change_status
from ..models import AccountChangeKind, AccountStatus
from .account_changes import note_account_change
from .close_account import EndedAccount
from .delete_card import end_for_good


def anonymize_account(account_id: int, *, forfeits: bool = False, actor: Actor, at: datetime.datetime) -> EndedAccount:
    """Close the account where it is open, take it from its user or e-mail, and erase everything that names the
    customer. Accounts that were merged into it are anonymized with it.

    ``forfeits``: as of ``close_account``. A closed account keeps what points it has.

    Raises, in this order: AccountNotFound; HasActiveMembership; PointsReserved; HasPoints, as ``close_account``.

    A refusal writes nothing. Locks: order records, the account and those merged into it, lots.
    Idempotency: an anonymized account is only erased. Cost: a constant number of statements, but for the lots.
    """
    with transaction.atomic():
        ended, accounts = end_for_good(account_id, forfeits=forfeits, actor=actor, at=at)
        for account in accounts:
            if account.status != AccountStatus.ANONYMIZED:
                change_status(account, AccountStatus.ANONYMIZED, at=at)
                note_account_change(account.pk, AccountChangeKind.ACCOUNT_ANONYMIZED, actor=actor, at=at)
                payload = {"account": account.pk}
                emit(ACCOUNT_ANONYMIZED, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
        return ended
