"""Who may see and change exports and audiences: rows, places and calls for the authorization test."""

from __future__ import annotations

from .export_documents import everything_exported as written
from .export_documents import export_calls as calls
from .export_documents import fill_exports as fill

__all__ = ["ARGUMENTS", "PLACES", "ROWS", "calls", "fill", "written"]

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAudience": {"staff": "id program name where accountsCount accounts createdAt updatedAt"},
    "LoyaltyExport": {
        "staff": """id program kind fileType status audience languageCode withCustomers rowsDone rowsTotal fileSize
            app createdAt finishedAt expiresAt url urlExpiresAt""",
        "staff, naming others": "user",
    },
    "LoyaltyAudienceCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyAudienceCountableEdge": {"staff": "node cursor"},
    "LoyaltyExportCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyExportCountableEdge": {"staff": "node cursor"},
    "Query": {"staff": "loyaltyAudience loyaltyAudiences loyaltyExport loyaltyExports"},
}

PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyAudience": ("{ loyaltyAudiences(first: 10) { edges { node { %s } } } }",),
    "LoyaltyExport": ("{ loyaltyExports(first: 10) { edges { node { %s } } } }",),
    "LoyaltyAudienceCountableConnection": ("{ loyaltyAudiences(first: 1) { %s } }",),
    "LoyaltyAudienceCountableEdge": ("{ loyaltyAudiences(first: 1) { edges { %s } } }",),
    "LoyaltyExportCountableConnection": ("{ loyaltyExports(first: 1) { %s } }",),
    "LoyaltyExportCountableEdge": ("{ loyaltyExports(first: 1) { edges { %s } } }",),
}

ARGUMENTS = {
    "LoyaltyAudience.accounts": "(first: 1)",
    "Query.loyaltyAudience": "(id: $audience)",
    "Query.loyaltyAudiences": "(first: 1)",
    "Query.loyaltyExport": "(id: $export)",
    "Query.loyaltyExports": "(first: 1)",
}
