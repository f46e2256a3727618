"""Who may see and change what is on customer cards: rows, places and calls for the authorization test."""

from __future__ import annotations

from tests.cards.builders import everything_on_cards as written

from .authorization_batches import _VERSION
from .card_documents import card_calls as calls
from .card_documents import fill_card as fill

__all__ = ["ARGUMENTS", "PLACES", "ROWS", "calls", "fill", "written"]

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account, for staff": "labels notes fields"},
    "LoyaltyLabel": {"card": "id name displayName key isAutomatic accountsCount"},
    "LoyaltyNote": {"card": "id type text app createdAt updatedAt", "card, naming others": "user"},
    "LoyaltyCustomField": {"card": "id key name type options isReadyMade isArchived"},
    "LoyaltyCustomFieldValue": {"card": "field value updatedAt"},
    "LoyaltyLabelCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyLabelCountableEdge": {"staff": "node cursor"},
    "LoyaltyNoteCountableConnection": {"card": "pageInfo edges totalCount"},
    "LoyaltyNoteCountableEdge": {"card": "node cursor"},
    "LoyaltyProgramVersion": {"public, for staff": "profilePolicy"},
    "LoyaltyProfilePolicy": {"public, rules": "requiredFields"},
    "Query": {"staff": "loyaltyCustomFields loyaltyLabels"},
}


_ME = '{ me { loyaltyAccount(channel: "shop") { %s } } }'
_ACCOUNTS = "{ loyaltyAccounts(first: 50) { edges { node { %s } } } }"


def _below_account(part: str) -> tuple[str, str]:
    """Return where the part is found by the owner, and by everybody else."""
    return _ME % part, _ACCOUNTS % part


PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyLabel": _below_account("labels { %s }"),
    "LoyaltyNote": _below_account("notes(first: 10) { edges { node { %s } } }"),
    "LoyaltyCustomField": _below_account("fields { field { %s } }"),
    "LoyaltyCustomFieldValue": _below_account("fields { %s }"),
    "LoyaltyLabelCountableConnection": ("{ loyaltyLabels(first: 1) { %s } }",),
    "LoyaltyLabelCountableEdge": ("{ loyaltyLabels(first: 1) { edges { %s } } }",),
    "LoyaltyNoteCountableConnection": _below_account("notes(first: 1) { %s }"),
    "LoyaltyNoteCountableEdge": _below_account("notes(first: 1) { edges { %s } }"),
    "LoyaltyProfilePolicy": (_VERSION % "profilePolicy { %s }",),
}

ARGUMENTS = {
    "LoyaltyAccount.notes": "(first: 1)",
    "Query.loyaltyCustomFields": "(program: $program)",
    "Query.loyaltyLabels": "(first: 1)",
}
