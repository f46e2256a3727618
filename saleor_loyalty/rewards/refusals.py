"""What the verbs of rewards refuse, and the host where it cannot make one. Raising one means nothing was written."""

from __future__ import annotations

from ..errors import LoyaltyException

_MESSAGES = {
    "PROGRAM_INACTIVE": "The program is not active here.",
    "REWARD_INACTIVE": "This reward cannot be had now, or not here.",
    "NOT_A_MEMBER": "Only customers with a confirmed e-mail address have rewards.",
    "ACCOUNT_FROZEN": "The account is frozen or closed.",
    "NOT_ELIGIBLE": "This reward is for other customers.",
    "REWARD_OUT_OF_STOCK": "There are no more of this reward.",
    "LIMIT_REACHED": "The customer has had as many of this reward as one customer can have.",
    "INSUFFICIENT_POINTS": "The points do not suffice.",
    "REWARD_UNAVAILABLE": "The shop cannot make this reward now.",
    "REWARD_NOT_YOURS": "This code is for another customer.",
    "REWARD_USED": "An order has used this code.",
}


class RewardNotFound(LoyaltyException):
    """The catalogue has no such reward."""

    code = "NOT_FOUND"
    field = "reward"


class RewardIssueNotFound(LoyaltyException):
    """There is no such issued reward."""

    code = "NOT_FOUND"
    field = "id"


class RewardRefused(LoyaltyException):
    """The reward cannot be had now, or its code not be used; the code says why."""

    field = "reward"

    def __init__(self, code: str, message: str = "", *, missing_points: int = 0) -> None:
        super().__init__(message or _MESSAGES[code])
        self.code = code
        self.missing_points = missing_points


class RewardNotReversible(LoyaltyException):
    """The reward is not to be given back, or not to be used by hand, any more; the code says why."""

    field = "id"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RewardsChanged(LoyaltyException):
    """The customer got a reward in the same moment. Try again."""

    code = "STALE_REVISION"
