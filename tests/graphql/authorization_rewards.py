"""Who may see, take and end rewards: rows, places and calls for the authorization test."""

from __future__ import annotations

from tests.rewards.builders import everything_of_rewards as written

from .authorization_cards import _below_account as below_account
from .reward_documents import fill_rewards as fill
from .reward_documents import reward_calls as calls

__all__ = ["ARGUMENTS", "FOR_CUSTOMERS", "FOR_STAFF_USERS", "PLACES", "ROWS", "STOREFRONT", "calls", "fill", "written"]

STOREFRONT = ("loyaltyRewardGiveBack",)
FOR_CUSTOMERS = ("loyaltyRewardRedeem",)
FOR_STAFF_USERS = ("loyaltyRewardIssueCreate",)
"""Not for apps: they never spend a customer's points."""
ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account": "rewards"},
    "LoyaltyReward": {
        "public": """key type name description requiredPoints channels percent variantSku giftCardBalance validDays
            usageLimitPerCustomer startDate endDate isReversibleByCustomer""",
        "public, for staff": "stock returnsPointsOfExpired conditions",
    },
    "LoyaltyRewardChannel": {"public": "channel amount minOrder"},
    "LoyaltyRewardOffer": {"public": "reward isAvailable reason message missingPoints left"},
    "LoyaltyRewardIssue": {
        "account": """id account reward type status points channelSlug createdAt expiresAt endedAt isReversible
            transaction returnTransaction""",
        "account, naming the customer": "code accessText",
        "account, orders": "order",
    },
    "LoyaltyRewardIssueCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyRewardIssueCountableEdge": {"staff": "node cursor"},
    "LoyaltyProgramVersion": {"public, for staff": "rewards"},
    "Query": {"public": "loyaltyRewards", "staff": "loyaltyRewardIssue loyaltyRewardIssues"},
}
_CATALOGUE = '{ loyaltyRewards(channel: "shop") { %s } }'
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyReward": (_CATALOGUE % "reward { %s }",),
    "LoyaltyRewardChannel": (_CATALOGUE % "reward { channels { %s } }",),
    "LoyaltyRewardOffer": (_CATALOGUE,),
    "LoyaltyRewardIssue": below_account("rewards { %s }"),
    "LoyaltyRewardIssueCountableConnection": ("{ loyaltyRewardIssues(first: 1) { %s } }",),
    "LoyaltyRewardIssueCountableEdge": ("{ loyaltyRewardIssues(first: 1) { edges { %s } } }",),
}
ARGUMENTS = {
    "Query.loyaltyRewards": '(channel: "shop")',
    "Query.loyaltyRewardIssue": "(id: $rewardIssue)",
    "Query.loyaltyRewardIssues": "(first: 1)",
}
