"""Which accounts: a filter as plain values, for lists, for points given to many at once, and for audiences.

It knows keys and values, no ids of an API. ``account_filter_json`` stores it, ``select_accounts`` finds what it means.
All parts of a filter hold together; None says nothing, and an empty tuple of choices is met by no account.

An ``AccountFilter`` that exists is valid: its constructor refuses lists that are too long, times without a time zone
and words that are none of the choices. Contradictions are valid, and met by no account.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..errors import AccountFilterInvalid
from ..models import AccountStatus
from ..moments import BEYOND_CALENDAR, is_within_calendar
from ..storable_text import is_storable

MAX_DEPTH = 5
MAX_ITEMS = 100
MAX_PARTS = 200
"""Filters within one filter, at whatever depth."""
TIER_KEY_MAX = 64
SEARCH_MAX = 250
"""Characters of a search text. Longer than any e-mail address or name that is looked for."""

MEMBER_STATUSES = ("VISITOR", "PENDING", "MEMBER")


@dataclass(frozen=True, kw_only=True, slots=True)
class IntegerRange:
    """From and to, both included; None is open."""

    gte: int | None = None
    lte: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentRange:
    """From and to, both included; None is open. Raises AccountFilterInvalid for a time without time zone, or that
    UTC does not have."""

    gte: datetime.datetime | None = None
    lte: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if any(bound is not None and bound.utcoffset() is None for bound in (self.gte, self.lte)):
            raise AccountFilterInvalid("A time must have a time zone.")
        if not all(bound is None or is_within_calendar(bound) for bound in (self.gte, self.lte)):
            raise AccountFilterInvalid(BEYOND_CALENDAR)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelChoice:
    """Has this label; has one of these; has none of these, which all exist. All of it holds. Keys of labels."""

    eq: int | None = None
    one_of: tuple[int, ...] | None = None
    not_one_of: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        _check_length(self.one_of, self.not_one_of)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountFilter:
    """Accounts for which all of it holds. Raises AccountFilterInvalid where it is no filter."""

    ids: tuple[int, ...] | None = None
    programs: tuple[int, ...] | None = None
    users: tuple[int, ...] | None = None
    status: str | None = None
    member_status: str | None = None
    """VISITOR: no user. PENDING and MEMBER: the host says so of the user, now."""
    labels: LabelChoice | None = None
    tiers: tuple[str, ...] | None = None
    """Keys of tiers, of which the account has one as of the last look; the empty key is for none."""
    balance: IntegerRange | None = None
    """As of the last write, like all numbers of points here."""
    available: IntegerRange | None = None
    earned: IntegerRange | None = None
    """All points ever given."""
    redeemed: IntegerRange | None = None
    last_activity_at: MomentRange | None = None
    """The last transaction or order. Logins are the host's and do not count here."""
    created_at: MomentRange | None = None
    enrolled_at: MomentRange | None = None
    search: str = ""
    """Part of a name or e-mail as the host finds its users, part of a guest's e-mail, or a user's key."""
    all_of: tuple[AccountFilter, ...] = ()
    any_of: tuple[AccountFilter, ...] | None = None

    def __post_init__(self) -> None:
        _check_length(self.ids, self.programs, self.users, self.tiers, self.all_of, self.any_of)
        if any(len(key) > TIER_KEY_MAX or not is_storable(key) for key in self.tiers or ()):
            raise AccountFilterInvalid("There is no such tier.")
        if self.status is not None and self.status not in AccountStatus.values:
            raise AccountFilterInvalid(f"There is no status {self.status!r}.")
        if self.member_status is not None and self.member_status not in MEMBER_STATUSES:
            raise AccountFilterInvalid(f"There is no member status {self.member_status!r}.")
        if len(self.search) > SEARCH_MAX:
            raise AccountFilterInvalid(f"A search text must not be longer than {SEARCH_MAX} characters.")
        if self.size > MAX_PARTS:
            raise AccountFilterInvalid(f"A filter must not have more than {MAX_PARTS} parts.")
        if self.depth > MAX_DEPTH:
            raise AccountFilterInvalid(f"A filter must not be nested deeper than {MAX_DEPTH} levels.")

    @property
    def parts(self) -> tuple[AccountFilter, ...]:
        return self.all_of + (self.any_of or ())

    @property
    def size(self) -> int:
        """The number of filters in it, itself included."""
        return 1 + sum(part.size for part in self.parts)

    @property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)

    @property
    def looks_for_people(self) -> bool:
        """Whether it searches by name or e-mail: then it is only for those who may know who the customers are."""
        return bool(self.search.strip()) or any(part.looks_for_people for part in self.parts)


def _check_length(*lists: tuple[object, ...] | None) -> None:
    if any(items is not None and len(items) > MAX_ITEMS for items in lists):
        raise AccountFilterInvalid(f"A filter must not have more than {MAX_ITEMS} items.")
