"""Debts: the part of a debit that no lot covered. Later credits pay it, the oldest debit first.

A debt comes only from a redemption whose reservation was gone (a shortfall) or from the refund policy
ALLOW_NEGATIVE. Paying it is a lot use that links the paying lot to the old debit: no transaction, and the balance
stays.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction
from .lots import plan_lot_use, save_uses
from .results import LedgerInconsistent


def pay_debt(account: LoyaltyAccount, *, lots: Iterable[Lot], at: datetime.datetime) -> int:
    """Pay the debt from ``lots``, as far as points are free (matured and not reserved). Returns the points paid."""
    # While a debt stands, available is what matured since it was last paid.
    amount = min(account.debt, account.available)
    if amount <= 0:
        return 0
    uses = []
    debits = unpaid_debits(account)
    debit_id, unpaid = 0, 0
    for planned in plan_lot_use(lots, points=amount):
        left = planned.points
        while left > 0:
            if unpaid == 0:
                debit_id, unpaid = next(debits, (0, 0))
                if unpaid == 0:
                    raise LedgerInconsistent(f"No debit of account {account.pk} is left to pay.")
            points = min(left, unpaid)
            uses.append(LotUse(lot=planned.lot, transaction_id=debit_id, points=points, created_at=at))
            left -= points
            unpaid -= points
    save_uses(uses)
    paid = sum(use.points for use in uses)
    account.debt -= paid
    return paid


def unpaid_debits(account: LoyaltyAccount) -> Iterator[tuple[int, int]]:
    """Yield (transaction id, points not yet covered by lot uses) of the account's debits, oldest first."""
    covered = (
        LotUse.objects.filter(transaction=OuterRef("pk"))
        .order_by()
        .values("transaction")
        .annotate(covered=Sum("points"))
        .values("covered")
    )
    debits = (
        LoyaltyTransaction.objects.filter(account=account, points__lt=0)
        .annotate(unpaid=-F("points") - Coalesce(Subquery(covered), Value(0)))
        .filter(unpaid__gt=0)
        .order_by("sequence")
        .values_list("pk", "unpaid")
    )
    yield from list(debits)
