"""``fill_card``: staff or an app fills in a customer's card, and what the program gives for a complete one comes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from ..activities import lock_person, note_completed_profile
from ..cards import FieldEntry, set_field_values
from ..ledger import Actor
from ..models import LoyaltyAccount


def fill_card(account_id: int, *, values: Sequence[FieldEntry], actor: Actor, at: datetime.datetime) -> LoyaltyAccount:
    """Set what the card says in these fields, as ``set_field_values`` does; where it says all that the rules ask for
    then, PROFILE_COMPLETED has happened, once for each account.

    Raises: as ``set_field_values``; then nothing has happened either.
    Locks: the account and the same person's others, then the account's lots. Idempotent.
    Cost: that of ``set_field_values``, and unless fields are only emptied at most four statements and the award.
    """
    with transaction.atomic():
        if not any((entry.value or "").strip() for entry in values):
            return set_field_values(account_id, values=values, actor=actor, at=at)
        # Before the card's own lock: accounts are locked in the order of their keys.
        lock_person(account_id)
        account = set_field_values(account_id, values=values, actor=actor, at=at)
        note_completed_profile(account, at=at)
        return account
