"""The data loader of what orders moved. Whoever loads with it has checked who may see the account."""

from __future__ import annotations

from collections import defaultdict

from ..models import LoyaltyTransaction
from .dataloaders import Loader


class TransactionsByOrderLoader(Loader):
    """The transactions of an order in one program, oldest first; the key is (program id, order id). An order is one
    customer's: a guest's rows are among them, where a member has claimed these points since."""

    def load_all(self, keys: list[tuple[int, str]]) -> list[list[LoyaltyTransaction]]:
        found: dict[tuple[int, str], list[LoyaltyTransaction]] = defaultdict(list)
        rows = self.rows(LoyaltyTransaction).filter(order_id__in={order_id for _, order_id in keys})
        for row in rows.order_by("pk"):
            found[(row.program_id, row.order_id)].append(row)
        return [found[key] for key in keys]
