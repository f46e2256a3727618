"""What one row of a batch says, read from the texts of a file. Pure.

A row says whose points, and may say how many, why, since what source and until when. What it does not say is the
batch's. A part that makes no sense is a ``RowProblem``; whether the row may go on without that part is the error
policy's to say, and only parts that move nothing otherwise (``LEFT_OUT``) can be left out.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..accounts import check_source_by_hand
from ..errors import LoyaltyException
from ..ledger.inputs import check_points, check_text
from ..moments import is_within_calendar
from ..relay_ids import integer_key, plain_key

ACCOUNT = "ACCOUNT"
USER = "USER"
EMAIL = "EMAIL"
EXTERNAL_REFERENCE = "EXTERNAL_REFERENCE"

IDENTITIES = {"account": ACCOUNT, "user": USER, "email": EMAIL, "externalReference": EXTERNAL_REFERENCE}
"""The columns that say whose points."""
LEFT_OUT = frozenset({"internalNote", "source", "transactionReference"})
IDENTITY_MAX = 320
_POINTS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row, or a part of it, cannot be taken."""

    code: str
    field: str
    message: str


@dataclass(kw_only=True, slots=True)
class RowValues:
    """One row as read."""

    identity_kind: str = ""
    identity: str = ""
    points: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def read_row(cells: Mapping[str, str], *, zone: zoneinfo.ZoneInfo, has_points: bool) -> RowValues:
    """Return what the cells of a row say, by the names of their columns; empty cells say nothing.

    ``has_points``: the batch itself says how many. Days are those of ``zone``.
    """
    row = RowValues()
    said = {name: text.strip() for name, text in cells.items() if text.strip()}
    _read_identity(row, {name: text for name, text in said.items() if name in IDENTITIES})
    if "points" in said:
        _read(row, "points", lambda: _points(said["points"]))
    elif not has_points:
        row.problems.append(RowProblem("REQUIRED", "points", "The row says no number of points."))
    readers: dict[str, Callable[[str], Any]] = {
        "reason": lambda text: check_text(text, field="reason"),
        "internalNote": lambda text: check_text(text, field="internalNote"),
        "source": lambda text: check_source_by_hand(text.upper()),
        "expiresAt": lambda text: _moment(text, zone).isoformat(),
        "transactionReference": lambda text: check_text(text, field="transactionReference", max_length=250),
    }
    for name, reader in readers.items():
        if name in said:
            _read(row, name, lambda reader=reader, name=name: reader(said[name]))  # type: ignore[misc]
    return row


def _read(row: RowValues, name: str, reader: Callable[[], Any]) -> None:
    try:
        value = reader()
    except LoyaltyException as exception:
        row.problems.append(RowProblem(exception.code, name, exception.message))
        return
    if name == "points":
        row.points = value
    else:
        row.details[name] = value


def _read_identity(row: RowValues, said: Mapping[str, str]) -> None:
    if len(said) != 1:
        message = "The row names nobody." if not said else "The row names the customer in more than one column."
        row.problems.append(RowProblem("REQUIRED" if not said else "INVALID", "account", message))
        row.identity = " ".join(said.values())[:IDENTITY_MAX].replace("\x00", "")
        return
    ((name, text),) = said.items()
    row.identity_kind, row.identity = IDENTITIES[name], text[:IDENTITY_MAX].replace("\x00", "")
    if not _is_identity(row.identity_kind, text):
        row.problems.append(RowProblem("INVALID", name, "This names nobody."))


def _is_identity(kind: str, text: str) -> bool:
    if len(text) > IDENTITY_MAX or "\x00" in text:
        return False
    if kind == EMAIL:
        try:
            validate_email(text)
        except ValidationError:
            return False
        return len(text) <= 254
    return kind == EXTERNAL_REFERENCE or identity_key(kind, text) is not None


def identity_key(kind: str, text: str) -> int | None:
    """Return the key of an account or a user, given as a number or as the id of the API."""
    return plain_key(text) or integer_key(text, "LoyaltyAccount" if kind == ACCOUNT else "User")


def _points(text: str) -> int:
    if not _POINTS.fullmatch(text):
        raise LoyaltyException("Points must be a whole number, in digits alone.", field="points")
    return check_points(int(text))


def _moment(text: str, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """A moment with its offset, or the last day on which the points count."""
    try:
        if len(text) == 10:
            day = datetime.date.fromisoformat(text) + datetime.timedelta(days=1)
            return datetime.datetime.combine(day, datetime.time(), tzinfo=zone)
        moment = datetime.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        moment = None  # type: ignore[assignment]
    if moment is None or moment.utcoffset() is None or not is_within_calendar(moment):
        raise LoyaltyException(
            "This must be a day like 2026-12-31, or a moment like 2026-12-31T23:00:00+01:00.", field="expiresAt"
        )
    return moment
