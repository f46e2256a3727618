"""``check_reward_code``: a code that a reward made counts for its customer only, and in one order.

The shop's vouchers know no customer whom they are for. So the host asks here when an order is about to be made with a
code on it: whoever else has the code cannot use it. Neither do shops count every use: not that of an order which staff
made, nor the second one of a checkout that was kept. Of an order that staff make the host is not asked, and so neither
are we: it takes any code that the shop takes.
"""

from __future__ import annotations

from ..models import RewardIssue, RewardIssueStatus
from .refusals import RewardRefused


def check_reward_code(code: str, *, user_id: int | None) -> None:
    """Refuse a code that is a reward of somebody else than the user, or that an order has used.

    One that was found used with no order yet is still being paid for: it is not refused.

    Raises RewardRefused REWARD_NOT_YOURS, REWARD_USED. Cost: one statement; none without a code.
    """
    if not code:
        return
    found = RewardIssue.objects.filter(code=code).values_list("account__user_id", "status", "order_id").first()
    if found is None:
        return
    owner_id, status, order_id = found
    if user_id is None or owner_id != user_id:
        raise RewardRefused("REWARD_NOT_YOURS")
    if status == RewardIssueStatus.USED and order_id:
        raise RewardRefused("REWARD_USED")
