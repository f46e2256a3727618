"""After points became free by an act (not by time): what they must do before anybody can spend them.

A reservation that ended no longer protects points past their date, and free points pay the debt first.
"""

from __future__ import annotations

import datetime

from ..models import LoyaltyAccount
from .debts import pay_debt
from .lots import matured_lots
from .upkeep import expire_lots


def settle_changes(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """Pay the debt from what is free, then expire what nothing protects any more.

    Cost: one statement where neither is due.
    """
    if account.debt > 0:
        pay_debt(account, lots=matured_lots(account, at=at, includes_due=True), at=at)
    expire_lots(account, moment=at, at=at)
