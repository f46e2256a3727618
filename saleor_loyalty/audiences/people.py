"""Who belongs to an audience: asked anew each time."""

from __future__ import annotations

from django.db.models import QuerySet

from ..accounts import account_filter_from_json, select_accounts
from ..models import Audience, LoyaltyAccount


def audience_accounts(audience: Audience, *, using: str = "default") -> QuerySet[LoyaltyAccount]:
    """Return the accounts of the audience's program that its filter means now, in no order yet."""
    accounts = select_accounts(account_filter_from_json(audience.filter), using=using)
    return accounts.filter(program_id=audience.program_id)
