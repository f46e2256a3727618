"""Tiers: which one an account has, why, and how long still (A-012, A-099).

Owns ``TierStatus``, ``TierChange``, ``TierReview`` and ``LoyaltyAccount.tier_key``; writes them under the account's
lock, and never moves a point. What is judged, and how, is in ``rules``; what it is judged by is read here: from the
records of orders and from the ledger's awards for activities, so that whoever counts again finds the same.
"""

from .preview_tiers import TierPreview, preview_tiers
from .qualifying import counts_since, read_qualifying
from .read_tiers import TierNow, find_tiers_of_users, read_tiers
from .reassess_tier import reassess_if_held, reassess_tier, reassess_tier_under
from .review_tiers import apply_tiers, due_for_review, review_due_tiers

__all__ = [
    "TierNow",
    "TierPreview",
    "apply_tiers",
    "counts_since",
    "due_for_review",
    "find_tiers_of_users",
    "preview_tiers",
    "read_qualifying",
    "read_tiers",
    "reassess_if_held",
    "reassess_tier",
    "reassess_tier_under",
    "review_due_tiers",
]
