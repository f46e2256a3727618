"""Erasing what the rows of batches say of a customer: whom they named, and what they said otherwise than the batch.

A row that names the customer's address names the account by its key from then on: where it has not been worked off
yet, no new account is opened for the address. What moved stays in the books; the batch's counts stay as they are.
"""

from __future__ import annotations

from ..host import get_host
from ..models import BatchRow, LoyaltyAccount

_BY_KEY = "ACCOUNT"
"""How rows name an account by its key."""


def erase_batch_rows(account: LoyaltyAccount, *, email: str | None) -> None:
    """Empty the rows that are about the account, or that name this address in a batch of its program.

    Writes those rows, under the account's lock. Cost: two statements; each row is found by an index.
    """
    rows = BatchRow.objects.filter(account_id=account.pk)
    rows.exclude(identity="", details=None, message="").update(identity="", details=None, message="")
    if email:
        named = BatchRow.objects.filter(identity__iexact=email, batch__program_id=account.program_id)
        named.exclude(identity="").update(
            identity_kind=_BY_KEY,
            identity=str(account.pk),
            target=f"account:{account.pk}",
            details=None,
            message="",
        )


def known_email(account: LoyaltyAccount) -> str | None:
    """Return the address by which the account's customer is known: the guest's, or the user's while there is one."""
    if account.user_id is None:
        return account.email
    user = get_host().users([account.user_id]).get(account.user_id)
    return user.email if user is not None else None
