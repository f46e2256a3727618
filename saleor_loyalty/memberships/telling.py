"""What the world outside is told of memberships: one event for each step of their history that says something new.

Told with the history, in the same atomic block and under the account's lock, so that its events come in their order.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..events import Fact, catalogue, emit_all
from ..models import LoyaltyAccount, Membership, MembershipChange, MembershipPayment

_TYPE = MembershipChange.Type
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        _TYPE.SOLD: catalogue.MEMBERSHIP_CREATED,
        _TYPE.CREATED: catalogue.MEMBERSHIP_CREATED,
        _TYPE.PAID: catalogue.MEMBERSHIP_PAID,
        _TYPE.STARTED: catalogue.MEMBERSHIP_STARTED,
        _TYPE.EXTENDED: catalogue.MEMBERSHIP_EXTENDED,
        _TYPE.FROZEN: catalogue.MEMBERSHIP_FROZEN,
        _TYPE.UNFROZEN: catalogue.MEMBERSHIP_UNFROZEN,
        _TYPE.CANCELED: catalogue.MEMBERSHIP_CANCELED,
        _TYPE.REINSTATED: catalogue.MEMBERSHIP_REINSTATED,
        _TYPE.ENDED: catalogue.MEMBERSHIP_ENDED,
    }
)
"""The other steps only say that a membership waits for its order, or waits no longer."""


def tell_changes(account: LoyaltyAccount, changes: Sequence[MembershipChange], *, at: datetime.datetime) -> None:
    """Tell of new entries of the history of an account's memberships, after they are written.

    Cost: one statement for each kind of event among them.
    """
    facts: dict[str, list[Fact]] = {}
    for change in changes:
        name = _NAMES.get(change.type)
        if name is not None:
            payload = membership_payload(change.membership, account)
            facts.setdefault(name, []).append(Fact(account_id=account.pk, payload=payload, occurred_at=at))
    for name, found in facts.items():
        emit_all(name, found, program_id=account.program_id, at=at)


def membership_payload(membership: Membership, account: LoyaltyAccount) -> dict[str, object]:
    """Return what every event of a membership says."""
    return {
        "membership": membership.pk,
        "plan": membership.plan_id,
        "account": account.pk,
        "user": account.user_id,
        "startsOn": membership.starts_on,
        "endsOn": membership.ends_on,
        "isPaid": membership.payment_status in (MembershipPayment.PAID, MembershipPayment.OFFLINE),
    }
