"""Why claims of codes, and staff's words on referrals, are refused. Raising one means that nothing was written."""

from __future__ import annotations

from ..errors import LoyaltyException


class ReferralNotFound(LoyaltyException):
    """There is no such referral."""

    code = "NOT_FOUND"
    field = "id"


class ReferralCodeNotFound(LoyaltyException):
    """There is no such code, or it cannot be claimed."""

    code = "NOT_FOUND"
    field = "code"


class ReferralSettled(LoyaltyException):
    """The referral is not one that can be decided now."""

    field = "id"

    def __init__(self, *, state: str) -> None:
        super().__init__(f"The referral is {state}: there is nothing to decide.")
        self.state = state


class NotNewCustomer(LoyaltyException):
    """This is for new customers: you have ordered before."""

    code = "NOT_NEW_CUSTOMER"
    field = "code"


class InvitedByClaimer(LoyaltyException):
    """You invited whoever has this code: two customers cannot have invited each other."""

    code = "INVITED_BY_YOU"
    field = "code"
