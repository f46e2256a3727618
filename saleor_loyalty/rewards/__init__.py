"""Rewards: what points buy from the catalogue of the program's rules, and what becomes of each one.

One verb a file; the only writer of these tables. Points go and come through ``ledger/``; the real thing (a voucher, a
gift card) is made and taken away by the host, in the same transaction. Order of locks: the host's rows, then the
account, then its lots, then the issue, and the stock's row last of all: it is what customers of one reward share.
"""

from .cancel_rewards import cancel_rewards, erase_rewards, revoke_for_cancelling
from .check_reward_code import check_reward_code
from .expire_rewards import expire_rewards
from .follow_rewards import follow_rewards, settle_order_cards
from .issue_reward import IssuedToCustomer, account_of_request, issue_reward
from .mark_as_used import mark_as_used
from .move_rewards import move_rewards, rewards_of
from .offers import find_offers
from .refusals import RewardIssueNotFound, RewardNotFound, RewardNotReversible, RewardRefused, RewardsChanged
from .reverse_reward import reverse_reward
from .settle_rewards import settle_rewards

__all__ = [
    "IssuedToCustomer",
    "RewardIssueNotFound",
    "RewardNotFound",
    "RewardNotReversible",
    "RewardRefused",
    "RewardsChanged",
    "account_of_request",
    "cancel_rewards",
    "check_reward_code",
    "erase_rewards",
    "expire_rewards",
    "find_offers",
    "follow_rewards",
    "issue_reward",
    "mark_as_used",
    "move_rewards",
    "reverse_reward",
    "revoke_for_cancelling",
    "rewards_of",
    "settle_order_cards",
    "settle_rewards",
]
