"""Memberships: plans and packages that are sold as ordinary variants, and what became of each that was sold.

One verb a file; the only writer of these tables. Whoever changes a membership holds its account's lock, and after it
the memberships' own. Points at the start are given and taken back through ``ledger/``, labels through ``cards/``.
"""

from .has_active_membership import has_active_membership
from .status import MembershipStatus, status_of

__all__ = [
    "MembershipStatus",
    "has_active_membership",
    "status_of",
]
