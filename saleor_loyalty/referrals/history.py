"""Writing down what happens to a referral: its history, and the events for the world outside.

The caller holds the lock of the invited customer's account, which orders all that happens to a referral.
"""

from __future__ import annotations

import datetime

from ..events import emit
from ..events.catalogue import REFERRAL_CLAIMED, REFERRAL_CONFIRMED, REFERRAL_ENDED, REFERRAL_FLAGGED
from ..ledger import Actor
from ..models import Referral, ReferralChange

Type = ReferralChange.Type
SYSTEM = Actor()
_EVENTS = {
    Type.CLAIMED: REFERRAL_CLAIMED,
    Type.FLAGGED: REFERRAL_FLAGGED,
    Type.CONFIRMED: REFERRAL_CONFIRMED,
    Type.REJECTED: REFERRAL_ENDED,
    Type.CANCELED: REFERRAL_ENDED,
    Type.REVERSED: REFERRAL_ENDED,
}


def note_change(
    referral: Referral, type_: Type, *, at: datetime.datetime, actor: Actor = SYSTEM, reason: str = ""
) -> None:
    """Write the change down, and tell the endpoints of those that are events. The referral is stored already."""
    ReferralChange.objects.create(
        referral=referral, type=type_, reason=reason, actor_kind=actor.kind, actor_id=actor.id, created_at=at
    )
    name = _EVENTS.get(type_)
    if name is not None:
        emit(
            name,
            program_id=referral.program_id,
            account_id=referral.referee_id,
            payload=_payload(name, referral),
            at=at,
        )


def _payload(name: str, referral: Referral) -> dict[str, object]:
    payload: dict[str, object] = {
        "referral": referral.pk,
        "account": referral.referee_id,
        "referrer": referral.referrer_id,
    }
    if name == REFERRAL_FLAGGED:
        payload["flags"] = " ".join(sorted(referral.flags))
    if name == REFERRAL_CONFIRMED:
        payload |= {"points": referral.referee_points, "referrerPoints": referral.referrer_points}
    if name == REFERRAL_ENDED:
        payload |= {"state": str(referral.state), "reason": str(referral.end_reason)}
    return payload
