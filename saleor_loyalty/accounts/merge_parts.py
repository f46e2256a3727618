"""What goes along when one account is merged into another, besides its points, and how it comes back.

Every part says by keys what it moved; these make up ``AccountMerge.moved``, which holds no text. What the target has
already stays its own (a label, a field's value, a code), and the source keeps what could not go along: erasing the
target erases that too. Whoever adds something that belongs to an account adds a part here.
"""

from __future__ import annotations

import datetime
from typing import Any

from ..cards import move_whole_card
from ..memberships import move_all_memberships
from ..models import LoyaltyAccount, OrderRecord
from ..referrals import MovedReferrals, move_referrals
from ..rewards import move_rewards


def move_parts(source: LoyaltyAccount, target: LoyaltyAccount, *, at: datetime.datetime) -> dict[str, Any]:
    """Move what is the source's to the target, and return what that was. Order records are the caller's, who locks
    them before the accounts.

    Both accounts are locked and active. Cost: a constant number of statements for each part.
    """
    referrals = move_referrals(source.pk, to_account_id=target.pk, at=at)
    return {
        "memberships": move_all_memberships(source.pk, to_account_id=target.pk, at=at),
        "card": move_whole_card(source.pk, to_account_id=target.pk),
        "referrals": {
            "made": list(referrals.made),
            "claimed": list(referrals.claimed),
            "hasCode": referrals.has_code,
        },
        "rewards": move_rewards(source.pk, to_account_id=target.pk),
        "enrolled": _move_enrolment(source, target),
    }


def move_parts_back(
    source: LoyaltyAccount, target: LoyaltyAccount, moved: dict[str, Any], *, at: datetime.datetime
) -> None:
    """Move back to the source what ``move_parts`` moved, as far as it is still the target's. Both are locked, and
    open."""
    move_all_memberships(target.pk, to_account_id=source.pk, at=at, only=moved.get("memberships", []))
    move_whole_card(target.pk, to_account_id=source.pk, only=moved.get("card", {}))
    referrals = moved.get("referrals", {})
    only = MovedReferrals(
        made=tuple(referrals.get("made", ())),
        claimed=tuple(referrals.get("claimed", ())),
        has_code=referrals.get("hasCode", False),
    )
    move_referrals(target.pk, to_account_id=source.pk, at=at, only=only)
    move_rewards(target.pk, to_account_id=source.pk, issue_ids=moved.get("rewards", []))
    if moved.get("enrolled"):
        target.enrolled_at = None
        target.save(update_fields=["enrolled_at"])


def move_orders(records: list[int], *, from_account_id: int, to_account_id: int) -> None:
    """Let locked order records follow their points, so that later refunds find them."""
    OrderRecord.objects.filter(pk__in=records, account_id=from_account_id).update(account_id=to_account_id)


def _move_enrolment(source: LoyaltyAccount, target: LoyaltyAccount) -> bool:
    """Let the target have joined where only the source has. Returns whether it did not have."""
    if target.enrolled_at is not None or source.enrolled_at is None:
        return False
    target.enrolled_at = source.enrolled_at
    target.save(update_fields=["enrolled_at"])
    return True
