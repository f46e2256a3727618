"""What our lists cost in Saleor's limit on expensive queries: as much as they can return, as Saleor's own lists do.

A list that is missing here would cost nothing, so that a query could nest it without end; enforced by
``tests/saleor/test_graphql_in_saleor.py``. Where Saleor has no such map any more nothing is charged: the page limits
of our own stand.
"""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)

_PAGE = {"complexity": 1, "multipliers": ["first", "last"]}
LIST_COSTS: dict[str, dict[str, dict[str, Any]]] = {
    "Query": {
        "loyaltyAccounts": _PAGE,
        "loyaltyAudiences": _PAGE,
        "loyaltyBatches": _PAGE,
        "loyaltyEventDeliveries": _PAGE,
        "loyaltyEventEndpoints": _PAGE,
        "loyaltyExports": _PAGE,
        "loyaltyLabels": _PAGE,
        "loyaltyMembershipPlans": _PAGE,
        "loyaltyMemberships": _PAGE,
        "loyaltyPrograms": _PAGE,
        "loyaltyReferrals": _PAGE,
        "loyaltyRewardIssues": _PAGE,
        "loyaltyTransactions": _PAGE,
    },
    "LoyaltyAccount": {"lots": _PAGE, "notes": _PAGE, "timeline": _PAGE, "transactions": _PAGE},
    "LoyaltyAudience": {"accounts": _PAGE},
    "LoyaltyAuditReport": {"findings": _PAGE},
    "LoyaltyBatch": {"rows": _PAGE},
    "LoyaltyStatistics": {
        "sourcesByCategory": _PAGE,
        "sourcesByProduct": _PAGE,
        "sourcesByRule": _PAGE,
        "topEarners": _PAGE,
    },
}


def charge_for_lists() -> None:
    """Add our lists to Saleor's cost map, in place. A second call changes nothing."""
    try:
        from saleor.graphql.query_cost_map import COST_MAP
    except ImportError:
        logger.warning("Saleor's map of query costs was not found: loyalty's lists cost nothing there.")
        return
    for type_name, fields in LIST_COSTS.items():
        COST_MAP.setdefault(type_name, {}).update(fields)
