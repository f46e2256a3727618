"""What an audit can find, by code, and what mends it.

The codes of the ledger's own audit stand beside those of orders and reservations. A code without a remedy is a fact
that no computation can undo: somebody wrote into the tables around the package, and only a backup brings that back.
"""

from __future__ import annotations

import enum

from ..ledger import Finding
from ..ledger.audit import FINDING_CODES as LEDGER_CODES
from ..models import AuditFinding


class Remedy(enum.Enum):
    """What mends a finding, in the order in which it is done."""

    REBUILD_ACCOUNT = "REBUILD_ACCOUNT"
    """The account's columns and its lots are computed anew from its rows."""
    RELEASE_RESERVATIONS = "RELEASE_RESERVATIONS"
    """The account's reservations that should have ended are ended."""
    SETTLE_ORDER = "SETTLE_ORDER"
    """The order's record is computed anew from its transactions, and the order is settled."""


ORDER_CODES = {
    "AWARD_MISMATCH": "The points that an order was awarded by its record are not those of its transactions.",
    "REVERSAL_MISMATCH": "The points that were taken back by an order's record are not those of its transactions.",
    "REDEMPTION_MISMATCH": "The points that an order redeemed by its record are not those of its transactions.",
    "RETURN_MISMATCH": "The points that were returned by an order's record are not those of its transactions.",
    "AWARD_ABOVE_RECEIPT": "More points of an order stand than its receipt gives it.",
    "RECEIPT_MISSING": "An order was judged or awarded, and no receipt says why.",
    "RECEIPT_MISMATCH": "What an order earns by its record is not what its receipt says.",
    "ORDER_RECORD_MISSING": "Transactions name an order of which there is no record.",
    "ORDER_NOT_SEEN": "An order is a program's, and neither an award nor a reason was ever recorded.",
    "AWARD_MISSING": "An order should have been awarded points that it was not.",
    "REVERSAL_MISSING": "An order was refunded, returned or ended, and points were not taken back.",
    "REDEMPTION_MISSING": "An order carries a discount of points that were never taken.",
    "RETURN_MISSING": "An order was refunded, returned or ended, and spent points were not returned.",
    "RECORD_OUTDATED": "What is recorded of an order, points aside, is not what the order says.",
    "SETTLEMENT_FAILED": "An order cannot be settled.",
}
RESERVATION_CODES = {
    "RESERVATION_OVERDUE": "A reservation is open long after its deadline, or its deadline is too far ahead.",
    "RESERVATION_END_MISMATCH": "A reservation did not end as the redemption of its order says.",
}
MEMBERSHIP_CODES = {
    "START_POINTS_MISMATCH": "What a membership says that it gave at its start is not what the transactions say.",
    "START_POINTS_MISSING": "A membership has begun, and its points were neither given nor refused for a reason.",
}
FINDING_CODES = {**LEDGER_CODES, **RESERVATION_CODES, **ORDER_CODES, **MEMBERSHIP_CODES}

_OF_THE_ACCOUNT = frozenset(
    {
        "BALANCE_MISMATCH",
        "SUMS_MISMATCH",
        "LOTS_MISMATCH",
        "PENDING_MISMATCH",
        "RESERVED_MISMATCH",
        "DEBT_MISMATCH",
        "DUE_DATE_MISSED",
        "LOT_MISMATCH",
    }
)
_OF_A_COLUMN = frozenset({"SEQUENCE_GAP", "CHAIN_BROKEN"})
"""Of the account's own column where no transaction is named; else of the chain."""


def remedy_of_row(row: AuditFinding) -> Remedy | None:
    """Return the same of a finding that is kept."""
    return remedy_of(Finding(row.code, row.account_id, row.transaction_id, row.message, order_id=row.order_id))


def remedy_of(finding: Finding) -> Remedy | None:
    """Return what mends the finding; None where nothing does."""
    if finding.code in _OF_THE_ACCOUNT:
        return Remedy.REBUILD_ACCOUNT if finding.account_id is not None else None
    if finding.code in _OF_A_COLUMN:
        is_column = finding.account_id is not None and finding.transaction_id is None
        return Remedy.REBUILD_ACCOUNT if is_column else None
    if finding.code == "RESERVATION_OVERDUE":
        return Remedy.RELEASE_RESERVATIONS if finding.account_id is not None else None
    if finding.code in ORDER_CODES:
        return Remedy.SETTLE_ORDER if finding.order_id else None
    return None
