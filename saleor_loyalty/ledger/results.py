"""What the ledger's verbs take, return and, where the books are broken, raise. No behaviour."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..models import ActorKind, LoyaltyAccount, LoyaltyTransaction


class LedgerInconsistent(RuntimeError):
    """An account's columns and its rows disagree: run the audit. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves points: a kind and, but for the system, an id. Ids are not foreign keys: the host may delete."""

    kind: str = ActorKind.SYSTEM.value
    id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """How long the points of a credit last."""

    until: datetime.datetime | None = None
    """The first moment at which they no longer count; None: for ever."""
    while_active: bool = False
    """Whether that moment moves on with each activity of the customer."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The outcome of a verb that posts one transaction."""

    transaction: LoyaltyTransaction
    account: LoyaltyAccount
    """As it is after the posting; after a replay, as it is now."""
    is_new: bool
    """False where the same request was posted before and its stored transaction is returned."""


@dataclass(frozen=True, slots=True)
class ReversalResult:
    """The outcome of taking an award back."""

    posting: Posting | None
    """None where nothing could be taken back; then nothing was written."""
    reversed_points: int
    unrecovered_points: int
    """Asked for, but already spent."""


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The outcome of turning a checkout's reservation into an order's redemption."""

    transaction: LoyaltyTransaction | None
    """None where nothing was taken."""
    points: int
    """Taken from the account, the shortfall included."""
    shortfall: int
    """The part that the account did not have; it stands as a debt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountPoints:
    """An account's points at one moment."""

    balance: int
    available: int
    pending: int
    reserved: int
    debt: int
    given: int
    redeemed: int
    expired: int
    reversed: int
    deducted: int
    expiring_soon: int
    """Points in lots that expire within 30 days."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference that the audit found, or many of one code that it does not list one by one."""

    code: str
    account_id: int | None
    transaction_id: int | None
    message: str
    order_id: str = ""
    """The host's order that it is about, where it is about one."""
    count: int = 1
    """How many differences it stands for."""
