"""``erase_card``: all that a card says about a customer, gone for good."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from ..models import AccountLabel, CardChange, CustomFieldValue, Note, ReportedEvent, RuleEarning
from .locking import lock_account


def erase_card(account_id: int) -> int:
    """Delete the notes, labels and field values of an account and what was done to them, and empty what reported
    events tell of the customer, whatever the account's status; returns how many rows they were.

    Points and the ledger stay, and so does that and when an event was reported. Raises AccountNotFound.
    Locks: the account. Idempotency: a second call returns 0. Cost: seven statements.
    """
    with transaction.atomic():
        account = lock_account(account_id, is_for_new=False)
        deleted = sum(
            model.objects.filter(account=account).delete()[0]
            for model in (Note, AccountLabel, CustomFieldValue, CardChange)
        )
        telling = ~Q(request_hash="") | ~Q(external_reference="") | Q(payload__isnull=False)
        emptied = ReportedEvent.objects.filter(telling, account=account).update(
            request_hash="", external_reference="", payload=None
        )
        RuleEarning.objects.filter(account=account).exclude(reference_digest="").update(reference_digest="")
        return deleted + emptied
