"""``note_completed_profile``: the card says all that the program's rules ask for (``profile.requiredFields``).

It is judged when a card is saved, under the person's locks: nothing gets lost, and nobody has to look again. Whoever
had a complete card before the rules asked is found when the card is saved next.
"""

from __future__ import annotations

import datetime

from ..models import CustomFieldValue, LoyaltyAccount, ReportedEvent
from ..programs import version_in_force
from ..rules.document.event_names import PROFILE_COMPLETED
from .note_event import note_event
from .persons import accounts_of_person


def note_completed_profile(account: LoyaltyAccount, *, at: datetime.datetime) -> ReportedEvent | None:
    """Record that the account's profile is complete, and award what that earns. Returns the event.

    None where it is not complete, where the rules in force ask for nothing, where the account is over, and where it
    was reported before about the person, by whomever and however long ago: a field that is emptied and filled again
    earns nothing.

    The caller has saved the card after ``lock_person``, in the same atomic block.
    Idempotent: once for each account. Cost: one statement where the rules ask for nothing, two where something is
    missing, three where it was reported before.
    """
    in_force = version_in_force(account.program_id, at=at)
    required = in_force.version.rules.profile.required_fields if in_force is not None else ()
    if in_force is None or not required:
        return None
    said = CustomFieldValue.objects.filter(
        account=account, field__program_id=account.program_id, field__key__in=required
    )
    if said.count() < len(required):
        return None
    known = ReportedEvent.objects.filter(account__in=accounts_of_person(account.pk), name=PROFILE_COMPLETED)
    if known.exists():
        return None
    key = f"{PROFILE_COMPLETED}:{account.pk}"
    return note_event(account.pk, name=PROFILE_COMPLETED, key=key, occurred_at=at, at=at, in_force=in_force)
