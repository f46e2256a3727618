"""Who may see and decide referrals: rows, places and calls for the authorization test."""

from __future__ import annotations

from tests.referrals.builders import everything as written

from .authorization_cards import _below_account as below_account
from .referral_documents import fill_referrals as fill
from .referral_documents import referral_calls as calls

__all__ = ["ARGUMENTS", "FOR_CUSTOMERS", "PLACES", "ROWS", "calls", "fill", "written"]

FOR_CUSTOMERS = {"loyaltyReferralClaim", "loyaltyReferralCodeCreate"}
"""Every user may call them, about the own account."""
ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account": "referralCode referrals claimedReferral"},
    "LoyaltyReferralSummary": {"account": "claimed waiting confirmed ended points latest"},
    "LoyaltyOwnReferral": {"account": "state points claimedAt confirmedAt"},
    "LoyaltyReferral": {
        "staff": """id program referrer referee state flags orderAmount claimedAt validUntil qualifiedAt dueAt
            confirmedAt endedAt endReason referrerPoints refereePoints history""",
        "staff, naming others": "order",
        "always null": "cap",
    },
    "LoyaltyReferralChange": {"staff": "type reason app createdAt", "staff, naming others": "user"},
    "LoyaltyReferralCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyReferralCountableEdge": {"staff": "node cursor"},
    "Query": {"staff": "loyaltyReferral loyaltyReferrals"},
}
_LIST = "{ loyaltyReferrals(first: 10) { edges { node { %s } } } }"
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyReferralSummary": below_account("referrals { %s }"),
    "LoyaltyOwnReferral": below_account("claimedReferral { %s }"),
    "LoyaltyReferral": (_LIST,),
    "LoyaltyReferralChange": (_LIST % "history { %s }",),
    "LoyaltyReferralCountableConnection": ("{ loyaltyReferrals(first: 1) { %s } }",),
    "LoyaltyReferralCountableEdge": ("{ loyaltyReferrals(first: 1) { edges { %s } } }",),
}
ARGUMENTS = {"Query.loyaltyReferral": "(id: $referral)", "Query.loyaltyReferrals": "(first: 1)"}
