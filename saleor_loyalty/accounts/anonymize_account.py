"""``anonymize_account``: nobody can say any more whose account it was; what moved and when stays in the books.

It is what a customer may ask for who keeps the shop's own account: the shop's user is not touched, and who buys again
gets a new account. Saleor's own deletion of a customer does not come here (see ``erase_ownerless``).
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import emit
from ..events.catalogue import ACCOUNT_ANONYMIZED
from ..ledger import Actor, change_status, refresh_account
from ..models import ENDED_ACCOUNT_STATUSES, AccountChangeKind, AccountStatus
from .account_changes import note_account_change
from .close_account import EndedAccount, end_account
from .delete_card import forget_owner
from .erase_account import lock_for_erasing


def anonymize_account(account_id: int, *, forfeits: bool = False, actor: Actor, at: datetime.datetime) -> EndedAccount:
    """Close the account where it is open, take it from its user or e-mail, and erase everything that names the
    customer. Accounts that were merged into it are anonymized with it.

    ``forfeits``: as of ``close_account``. A closed account keeps what points it has.

    Raises, in this order: AccountNotFound; HasActiveMembership; PointsReserved; HasPoints, as ``close_account``.

    A refusal writes nothing. Locks: order records, the account and those merged into it, lots.
    Idempotency: an anonymized account is only erased. Cost: a constant number of statements, but for the lots.
    """
    with transaction.atomic():
        accounts = lock_for_erasing(account_id, at=at)
        account, forfeiture = refresh_account(account_id, at=at), None
        if account.status not in ENDED_ACCOUNT_STATUSES:
            ended = end_account(account, forfeits=forfeits, status=AccountStatus.CLOSED, actor=actor, at=at)
            account, forfeiture = ended.account, ended.forfeiture
        for erased in (account, *(merged for merged in accounts if merged.pk != account_id)):
            is_new = erased.status != AccountStatus.ANONYMIZED
            if is_new:
                change_status(erased, AccountStatus.ANONYMIZED, at=at)
                note_account_change(erased.pk, AccountChangeKind.ACCOUNT_ANONYMIZED, actor=actor, at=at)
            forget_owner(erased, at=at)
            if is_new:
                payload = {"account": erased.pk}
                emit(ACCOUNT_ANONYMIZED, program_id=erased.program_id, account_id=erased.pk, payload=payload, at=at)
        return EndedAccount(account=account, forfeiture=forfeiture)
