"""Who may see what earns points beside orders, and how far a customer is with it: for the authorization test."""

from __future__ import annotations

from typing import Any

__all__ = ["ARGUMENTS", "PLACES", "ROWS", "calls", "fill", "written"]

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account": "waysToEarn"},
    "LoyaltyProgram": {"account": "waysToEarn"},
    "LoyaltyProgramVersion": {"public, for staff": "activityRules"},
    "LoyaltyEarningRule": {"public, rules": "stopProcessing customerCaps weekdays"},
    "LoyaltyCustomerCap": {"public, rules": "period points"},
    "LoyaltyActivityRule": {
        "public, rules": """key name event points source customerCaps oncePerReference includesEarlierCustomers
            pendingDays conditions weekdays startsAt endsAt priority stopProcessing""",
    },
    "LoyaltyWayToEarn": {
        "account": "key name event points weekdays startsAt endsAt caps pointsLeft times",
    },
    "LoyaltyCapStanding": {"account": "period points earned"},
}

_ME = '{ me { loyaltyAccount(channel: "shop") { %s } } }'
_ACCOUNTS = "{ loyaltyAccounts(first: 50) { edges { node { %s } } } }"
_VERSION = '{ product(slug: "chair", channel: "shop") { loyalty { receipt { programVersion { %s } } } } }'

PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyCustomerCap": (
        _VERSION % "earningRules { customerCaps { %s } }",
        _VERSION % "activityRules { customerCaps { %s } }",
    ),
    "LoyaltyActivityRule": (_VERSION % "activityRules { %s }",),
    "LoyaltyWayToEarn": (_ME % "waysToEarn { %s }", _ACCOUNTS % "waysToEarn { %s }"),
    "LoyaltyCapStanding": (_ME % "waysToEarn { caps { %s } }", _ACCOUNTS % "waysToEarn { caps { %s } }"),
}

ARGUMENTS: dict[str, str] = {}


def fill(account: Any, *, staff: Any, app: Any) -> dict[str, str]:
    """The rules of the scene have an activity, and the events of another area earn by it."""
    return {}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    return {}


def written() -> dict[str, list[Any]]:
    return {}
