"""``check_reward_code``: a code that a reward made counts for its customer only.

The shop's vouchers know no customer whom they are for. So the host asks here when an order is about to be made with a
code on it: whoever else has the code cannot use it.
"""

from __future__ import annotations

from ..models import RewardIssue
from .refusals import RewardRefused


def check_reward_code(code: str, *, user_id: int | None) -> None:
    """Refuse a code that is a reward of somebody else than the user.

    Raises RewardRefused REWARD_NOT_YOURS. Cost: one statement; none without a code.
    """
    if not code:
        return
    owners = list(RewardIssue.objects.filter(code=code).values_list("account__user_id", flat=True)[:1])
    if owners and (user_id is None or owners[0] != user_id):
        raise RewardRefused("REWARD_NOT_YOURS")
