"""The timeline of a customer: everything that happened, from all the tables that say when (A-163).

A source is a queryset that gives its rows the same columns, whatever table they are of. Whoever has something to tell
of a customer adds a source to ``TIMELINE_SOURCES``; nothing else has to change. Reads only, and cuts no pages.

The order is total: by moment, at the same moment by ``entry_key``, which is the source's rank and then the primary
key. The moment is when the row was written, so that nothing slips in behind a page that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from ..models import (
    AccountChange,
    AccountChangeKind,
    CardChange,
    CardChangeKind,
    LotExtension,
    LoyaltyAccount,
    LoyaltyTransaction,
    MembershipChange,
    Note,
    OrderRecord,
    ReferralChange,
    ReportedEvent,
    RewardIssue,
    TierChange,
)

RANK_STEP = 2**52
"""More than any primary key; times a rank it still fits into a bigint."""
ACCOUNT_CHANGES_RANK = 20
COLUMNS = (
    "of_account",
    "entry_type",
    "moment",
    "entry_key",
    "row_id",
    "entry_name",
    "order_ref",
    "by_kind",
    "by_id",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineSource:
    types: tuple[str, ...]
    rank: int
    """Of two entries at the same moment the one of higher rank is the later. Each source has its own, below 1024."""
    rows: Callable[[str], QuerySet[Any]]
    """From the database alias to the rows, annotated by ``as_entries``."""


def as_entries(
    rows: QuerySet[Any],
    *,
    rank: int,
    type_: Any,
    moment: str = "created_at",
    account: str = "account_id",
    name: Any = None,
    order: Any = None,
    actor: str | None = "actor",
) -> QuerySet[Any]:
    """Return the rows with the columns of the timeline. ``actor`` is the prefix of the two columns that say who."""
    return rows.order_by().annotate(
        of_account=F(account),
        entry_type=Cast(type_, CharField()),
        moment=F(moment),
        # Said to be big: Django drops a comparison with a number that it believes beyond the column's range.
        entry_key=ExpressionWrapper(F("pk") + Value(rank * RANK_STEP), output_field=BigIntegerField()),
        row_id=F("pk"),
        # "name" is a column of some of the tables.
        entry_name=Cast(name if name is not None else Value(""), CharField()),
        order_ref=Cast(order if order is not None else Value(""), CharField()),
        by_kind=Cast(F(f"{actor}_kind") if actor else Value("SYSTEM"), CharField()),
        by_id=Cast(F(f"{actor}_id") if actor else Value(None), BigIntegerField()),
    )


def _of_account(type_: str, *, rank: int, moment: str) -> TimelineSource:
    def rows(using: str) -> QuerySet[Any]:
        accounts = LoyaltyAccount.objects.using(using).filter(**{f"{moment}__isnull": False})
        return as_entries(accounts, rank=rank, type_=Value(type_), moment=moment, account="pk", actor=None)

    return TimelineSource(types=(type_,), rank=rank, rows=rows)


def _changes(using: str) -> QuerySet[Any]:
    return as_entries(CardChange.objects.using(using), rank=5, type_=F("kind"), name=F("name"))


def _orders(using: str) -> QuerySet[Any]:
    records = OrderRecord.objects.using(using)
    return as_entries(records, rank=3, type_=Value("ORDER"), name=F("order_number"), order=F("order_id"), actor=None)


def _events(using: str) -> QuerySet[Any]:
    return as_entries(ReportedEvent.objects.using(using), rank=4, type_=Value("EVENT"), name=F("name"))


def _notes(using: str) -> QuerySet[Any]:
    return as_entries(Note.objects.using(using), rank=6, type_=Value("NOTE"), name=F("type"), actor="author")


def _transactions(using: str) -> QuerySet[Any]:
    rows = LoyaltyTransaction.objects.using(using)
    return as_entries(rows, rank=7, type_=Value("TRANSACTION"), name=F("type"), order=F("order_id"))


def _memberships(using: str) -> QuerySet[Any]:
    changes = MembershipChange.objects.using(using)
    return as_entries(
        changes,
        rank=8,
        type_=Value("MEMBERSHIP"),
        account="membership__account_id",
        name=F("membership__plan_name"),
        order=F("membership__order_id"),
    )


def _rewards(using: str) -> QuerySet[Any]:
    return as_entries(RewardIssue.objects.using(using), rank=40, type_=Value("REWARD"), name=F("reward_key"))


def _ended_rewards(using: str) -> QuerySet[Any]:
    ended = RewardIssue.objects.using(using).filter(ended_at__isnull=False)
    return as_entries(
        ended,
        rank=41,
        type_=Value("REWARD_ENDED"),
        moment="ended_at",
        name=F("status"),
        order=F("order_id"),
        actor="ended_by",
    )


def _extensions(using: str) -> QuerySet[Any]:
    return as_entries(LotExtension.objects.using(using), rank=10, type_=Value("POINTS_EXTENDED"))


def _referrals(side: str, *, rank: int) -> Callable[[str], QuerySet[Any]]:
    """What staff see on the timeline of one of the two customers of a referral."""

    def rows(using: str) -> QuerySet[Any]:
        changes = ReferralChange.objects.using(using)
        return as_entries(
            changes, rank=rank, type_=Value(side), account=f"referral__{side.lower()}_id", name=F("type")
        )

    return rows


def _closed_by_deletion(using: str) -> QuerySet[Any]:
    accounts = LoyaltyAccount.objects.using(using).filter(closed_at__isnull=False)
    noted = AccountChange.objects.filter(account=OuterRef("pk"), created_at=OuterRef("closed_at"))
    return as_entries(
        accounts.filter(~Exists(noted)),
        rank=9,
        type_=Value("ACCOUNT_CLOSED"),
        moment="closed_at",
        account="pk",
        actor=None,
    )


def _account_changes(using: str) -> QuerySet[Any]:
    return as_entries(AccountChange.objects.using(using), rank=ACCOUNT_CHANGES_RANK, type_=F("kind"))


def _tiers(using: str) -> QuerySet[Any]:
    return as_entries(
        TierChange.objects.using(using), rank=30, type_=Value("TIER_CHANGED"), name=F("to_key"), actor=None
    )


TIMELINE_SOURCES: tuple[TimelineSource, ...] = (
    _of_account("ACCOUNT_OPENED", rank=1, moment="created_at"),
    _of_account("ENROLLED", rank=2, moment="enrolled_at"),
    TimelineSource(types=("ORDER",), rank=3, rows=_orders),
    TimelineSource(types=("EVENT",), rank=4, rows=_events),
    TimelineSource(types=tuple(CardChangeKind.values), rank=5, rows=_changes),
    TimelineSource(types=("NOTE",), rank=6, rows=_notes),
    TimelineSource(types=("TRANSACTION",), rank=7, rows=_transactions),
    TimelineSource(types=("MEMBERSHIP",), rank=8, rows=_memberships),
    # Closed by the database, because the customer was deleted; what staff did says so itself.
    TimelineSource(types=("ACCOUNT_CLOSED",), rank=9, rows=_closed_by_deletion),
    TimelineSource(types=("POINTS_EXTENDED",), rank=10, rows=_extensions),
    TimelineSource(types=("REWARD",), rank=40, rows=_rewards),
    TimelineSource(types=("REWARD_ENDED",), rank=41, rows=_ended_rewards),
    TimelineSource(types=("TIER_CHANGED",), rank=30, rows=_tiers),
    TimelineSource(types=tuple(AccountChangeKind.values), rank=ACCOUNT_CHANGES_RANK, rows=_account_changes),
    TimelineSource(types=("REFERRER",), rank=21, rows=_referrals("REFERRER", rank=21)),
    TimelineSource(types=("REFEREE",), rank=22, rows=_referrals("REFEREE", rank=22)),
)

TIMELINE_TYPES: tuple[str, ...] = tuple(dict.fromkeys(type_ for source in TIMELINE_SOURCES for type_ in source.types))


def timeline_rows(account_id: int, *, types: Collection[str] | None = None, using: str = "default") -> list[Any]:
    """Return what the sources hold about an account, one queryset for each, only of these types where some are named.

    Each has the columns of ``COLUMNS`` and no order yet; together they are the timeline.
    """
    found = []
    for source in TIMELINE_SOURCES:
        wanted = [type_ for type_ in source.types if types is None or type_ in types]
        if wanted:
            rows = source.rows(using).filter(of_account=account_id)
            found.append(rows if len(wanted) == len(source.types) else rows.filter(entry_type__in=wanted))
    return found
