"""The part of the port that referrals ask of Saleor, by delegation: see ``host.py``."""

from __future__ import annotations

from ..host import Fingerprints


class SaleorReferrals:
    """Who has ordered before, and what tells that two customers may be one."""

    def has_ordered(self, user_id: int) -> bool:
        from .fingerprints import has_ordered

        return has_ordered(user_id)

    def order_fingerprints(self, order_id: str) -> Fingerprints:
        from .fingerprints import order_fingerprints

        return order_fingerprints(order_id)

    def customer_fingerprints(self, user_id: int) -> Fingerprints:
        from .fingerprints import customer_fingerprints

        return customer_fingerprints(user_id)
