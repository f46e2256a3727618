"""What the verbs accept. Nothing is rounded, truncated or trimmed: what does not fit is refused, and nothing written.

User input that does not fit raises one of the package's errors; a caller's mistake (a naive datetime, an unknown
source) raises ValueError or TypeError.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from .. import app_settings
from ..errors import InvalidPoints, LoyaltyException, OperationLimitReached
from ..models import ActorKind, LoyaltyAccount, Source
from ..storable_text import is_storable
from .results import Actor

COLUMN_MAX_POINTS = 2_000_000_000
"""What the database constraints allow; the setting may only lower it."""

KEY_MAX_LENGTH = 250
TEXT_MAX_LENGTH = 10_000


def max_points() -> int:
    return min(int(app_settings.MAX_POINTS), COLUMN_MAX_POINTS)


def check_points(points: object, *, minimum: int = 1) -> int:
    """Return ``points`` if they are an int (not a bool, float, Decimal or text) from ``minimum`` to the maximum.

    Raises InvalidPoints.
    """
    if type(points) is not int:
        raise InvalidPoints("Points must be a whole number.")
    if points < minimum:
        raise InvalidPoints(f"Points must be at least {minimum}.")
    if points > max_points():
        raise InvalidPoints(f"Points must be at most {max_points()}.")
    return points


def require_within_limit(points: int, limit: int | None) -> None:
    """Raises OperationLimitReached where one operation may not move so many points; None: any number."""
    if limit is not None and points > limit:
        raise OperationLimitReached(limit=limit)


def check_account_bounds(account: LoyaltyAccount, *, more: int = 0) -> None:
    """Raise InvalidPoints where a posting took an account's numbers beyond what one account may hold, or would with so
    many points more."""
    if max(account.balance + more, account.balance + more + account.debt, account.debt) > max_points():
        raise InvalidPoints(f"An account can hold at most {max_points()} points.")


def check_text(text: str, *, field: str, max_length: int = TEXT_MAX_LENGTH) -> str:
    """Return ``text`` if the database can store it. Raises LoyaltyException about ``field``."""
    if type(text) is not str:
        raise TypeError(f"{field} must be text, not {type(text).__name__}")
    if len(text) > max_length:
        raise LoyaltyException(f"At most {max_length} characters are allowed.", field=field)
    if not is_storable(text):
        raise LoyaltyException("The text holds a character that cannot be stored.", field=field)
    return text


def check_key(idempotency_key: str) -> str:
    if idempotency_key == "":
        raise LoyaltyException("An idempotency key must not be empty.", field="idempotencyKey")
    return check_text(idempotency_key, field="idempotencyKey", max_length=KEY_MAX_LENGTH)


def check_moment(moment: datetime.datetime, *, name: str = "at") -> datetime.datetime:
    if not isinstance(moment, datetime.datetime) or moment.utcoffset() is None:
        raise ValueError(f"{name} must be an aware datetime")
    return moment


def check_dates(
    *,
    at: datetime.datetime,
    available_at: datetime.datetime | None,
    expires_at: datetime.datetime | None,
    occurred_at: datetime.datetime | None = None,
) -> None:
    """Refuse a lot that would expire before anybody can spend from it. Raises LoyaltyException about expiresAt."""
    check_moment(at)
    if occurred_at is not None:
        check_moment(occurred_at, name="occurred_at")
    if available_at is not None:
        check_moment(available_at, name="available_at")
    if expires_at is None:
        return
    check_moment(expires_at, name="expires_at")
    if expires_at <= max(at, available_at or at):
        raise LoyaltyException("Points must not expire before they can be spent.", field="expiresAt")


def check_source(source: str) -> str:
    return Source(source).value


def check_actor(actor: Actor) -> Actor:
    ActorKind(actor.kind)
    return actor


def check_money(amount: Decimal, *, name: str) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError(f"{name} must be a Decimal, not {type(amount).__name__}")
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{name} must be a finite amount of at least 0")
    return amount


def check_reservation(
    *, points: int, value: Decimal, rows: Decimal, expires_at: datetime.datetime, at: datetime.datetime
) -> None:
    """Raises InvalidPoints; TypeError and ValueError for money and dates that make no sense."""
    check_points(points)
    check_money(value, name="value")
    check_money(rows, name="rows")
    if check_moment(expires_at, name="expires_at") <= check_moment(at):
        raise ValueError("expires_at must be after at")
