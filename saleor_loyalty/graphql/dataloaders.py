"""Data loaders: each loads for all rows of a response what would otherwise be loaded row by row.

A loader belongs to one LoyaltyRequest (``request.loader(AccountByIdLoader)``) and reads from its database. Keys may
repeat between loads of one response; the cache of the loader answers them. Enforced by
``tests/graphql/test_query_counts.py``: a list of 1 and of 20 rows takes the same number of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from promise import Promise
from promise.dataloader import DataLoader

from .. import ledger, programs
from ..basket import Basket, CustomerFacts
from ..checkout import quote_checkouts
from ..host import CheckoutHandle, UserFacts, get_host
from ..log import TransactionFilter
from ..models import (
    Lot,
    LoyaltyAccount,
    LoyaltyProgram,
    LoyaltyTransaction,
    OrderRecord,
    ProgramVersion,
    Reservation,
    ReservationStatus,
    TransactionText,
)
from ..rules import ProgramRules, RedemptionQuote
from ..selectors import checkout_loyalty
from .connection import Page, PageArguments, Sort, make_page, page_queryset, read_pages
from .reach import within_reach
from .request import LoyaltyRequest
from .sorters import END_OF_TIME


class Loader(DataLoader):  # type: ignore[misc]
    """The base: ``load_all`` returns one result for each key, in their order."""

    def __init__(self, request: LoyaltyRequest) -> None:
        super().__init__()
        self.request = request

    def batch_load_fn(self, keys: Sequence[Any]) -> Promise:
        with self.request.reading():
            return Promise.resolve(self.load_all(list(keys)))

    def load_all(self, keys: list[Any]) -> list[Any]:
        raise NotImplementedError

    def rows(self, model: Any) -> QuerySet[Any]:
        queryset: QuerySet[Any] = model.objects.using(self.request.using)
        return queryset


class ByIdLoader(Loader):
    """One row of ``model`` for each key; None where there is none."""

    model: type[Model]

    def load_all(self, keys: list[int]) -> list[Any]:
        found = self.rows(self.model).in_bulk(keys)
        return [found.get(key) for key in keys]


class AccountByIdLoader(ByIdLoader):
    model = LoyaltyAccount


class AccountsByUserIdLoader(Loader):
    """The accounts of a user, the oldest first."""

    def load_all(self, keys: list[int]) -> list[list[LoyaltyAccount]]:
        found: dict[int | None, list[LoyaltyAccount]] = defaultdict(list)
        rows = self.rows(LoyaltyAccount).filter(user_id__in=keys)
        # Whoever works in some channels only still has an account of their own.
        reachable = within_reach(rows, self.request) | rows.filter(user_id=self.request.requester.user_id)
        for account in (rows if self.request.requester.channels is None else reachable).order_by("pk"):
            found[account.user_id].append(account)
        return [found[key] for key in keys]


class PointsByAccountLoader(Loader):
    """The points of accounts, corrected by what is due. The keys are the accounts themselves."""

    def load_all(self, keys: list[LoyaltyAccount]) -> list[ledger.AccountPoints]:
        found = ledger.read_points(keys, at=self.request.at, using=self.request.using)
        return [found[account.pk] for account in keys]


class ProgramByIdLoader(ByIdLoader):
    model = LoyaltyProgram


class ProgramVersionByIdLoader(ByIdLoader):
    model = ProgramVersion


class RulesByVersionIdLoader(Loader):
    """The parsed rules of a published version; at most one statement for each version not seen by the process."""

    def load_all(self, keys: list[int]) -> list[ProgramRules]:
        return [programs.load_version(version_id, using=self.request.using).rules for version_id in keys]


class DraftVersionByProgramIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[ProgramVersion | None]:
        drafts = self.rows(ProgramVersion).filter(program_id__in=keys, published_at__isnull=True)
        found = {draft.program_id: draft for draft in drafts}
        return [found.get(key) for key in keys]


class ActiveProgramByChannelLoader(Loader):
    def load_all(self, keys: list[str]) -> list[programs.ActiveProgram | None]:
        found = programs.active_programs(keys, at=self.request.at, using=self.request.using)
        return [found.get(key) for key in keys]


class UserFactsByIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[UserFacts | None]:
        found = get_host().users(keys, using=self.request.using)
        return [found.get(key) for key in keys]


class UserByIdLoader(Loader):
    """What the host's User resolves from."""

    def load_all(self, keys: list[int]) -> list[Any]:
        found = get_host().user_instances(keys, using=self.request.using)
        return [found.get(key) for key in keys]


class HostRootLoader(Loader):
    """What a type of the host resolves from. The keys are (type name, key)."""

    def load_all(self, keys: list[tuple[Any, str]]) -> list[Any]:
        by_type: dict[Any, list[str]] = defaultdict(list)
        for type_name, key in keys:
            by_type[type_name].append(key)
        found = {
            type_name: get_host().graphql_roots(type_name, type_keys, using=self.request.using)
            for type_name, type_keys in by_type.items()
        }
        return [found[type_name].get(key) for type_name, key in keys]


class BasketByProductLoader(Loader):
    """One unit of a product or a variant in a channel. The keys are (instance, channel slug)."""

    def load_all(self, keys: list[tuple[Any, str]]) -> list[Basket | None]:
        found: dict[tuple[Any, str], Basket | None] = {}
        by_kind: dict[tuple[type, str], list[Any]] = defaultdict(list)
        for instance, channel in keys:
            by_kind[type(instance), channel].append(instance)
        customer = self._customer()
        for (_kind, channel), instances in by_kind.items():
            baskets = get_host().product_baskets(
                instances, channel=channel, customer=customer, at=self.request.at, using=self.request.using
            )
            found.update(((instance, channel), basket) for instance, basket in zip(instances, baskets, strict=True))
        return [found[key] for key in keys]

    def _customer(self) -> CustomerFacts:
        user_id = self.request.requester.user_id
        user = get_host().users([user_id], using=self.request.using).get(user_id) if user_id is not None else None
        if user is None:
            return CustomerFacts()
        return CustomerFacts(user_id=user.id, email=user.email, member_status=user.member_status)


class CheckoutHandleByIdLoader(Loader):
    """Checkouts opened for reading. ``opened`` keeps them for the quotes on them."""

    def __init__(self, request: LoyaltyRequest) -> None:
        super().__init__(request)
        self.opened: dict[str, CheckoutHandle] = {}

    def load_all(self, keys: list[str]) -> list[CheckoutHandle | None]:
        self.opened.update(get_host().checkouts(keys, using=self.request.using))
        return [self.opened.get(key) for key in keys]


class QuoteByCheckoutLoader(Loader):
    """What may be spent at opened checkouts. The keys are (checkout id, points or None); a constant number of
    statements for each number of points asked about."""

    def load_all(self, keys: list[tuple[str, int | None]]) -> list[RedemptionQuote | None]:
        opened = self.request.loader(CheckoutHandleByIdLoader).opened
        by_points: dict[int | None, list[str]] = defaultdict(list)
        for checkout_id, points in keys:
            by_points[points].append(checkout_id)
        found = {
            points: quote_checkouts(
                [opened[checkout_id] for checkout_id in checkout_ids],
                requester=self.request.requester,
                points=points,
                at=self.request.at,
                using=self.request.using,
            )
            for points, checkout_ids in by_points.items()
        }
        return [found[points].get(checkout_id) for checkout_id, points in keys]


class ReservationByCheckoutIdLoader(Loader):
    """The open reservation of a checkout whose deadline has not passed."""

    def load_all(self, keys: list[str]) -> list[Reservation | None]:
        found = checkout_loyalty(keys, at=self.request.at, using=self.request.using)
        return [found.get(key) for key in keys]


class ReservationsByAccountIdLoader(Loader):
    """The open reservations of an account whose deadline has not passed, the oldest first."""

    def load_all(self, keys: list[int]) -> list[list[Reservation]]:
        found: dict[int, list[Reservation]] = defaultdict(list)
        reservations = self.rows(Reservation).filter(
            account_id__in=keys, status=ReservationStatus.RESERVED, expires_at__gt=self.request.at
        )
        for reservation in reservations.order_by("pk"):
            found[reservation.account_id].append(reservation)
        return [found[key] for key in keys]


class OrderRecordByOrderIdLoader(Loader):
    """The record of an order in the program that judged it first."""

    def load_all(self, keys: list[str]) -> list[OrderRecord | None]:
        found: dict[str, OrderRecord] = {}
        for record in self.rows(OrderRecord).filter(order_id__in=keys).order_by("pk"):
            found.setdefault(record.order_id, record)
        return [found.get(key) for key in keys]


class TransactionByIdLoader(ByIdLoader):
    model = LoyaltyTransaction


class TextByTransactionIdLoader(ByIdLoader):
    model = TransactionText


class LotsByTransactionIdLoader(Loader):
    """The lots that a transaction opened."""

    def load_all(self, keys: list[int]) -> list[list[Lot]]:
        found: dict[int, list[Lot]] = defaultdict(list)
        for lot in self.rows(Lot).filter(transaction_id__in=keys).order_by("pk"):
            found[lot.transaction_id].append(lot)
        return [found[key] for key in keys]


ALL_TRANSACTIONS = TransactionFilter()


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountPageKey:
    """Which page of an account's rows."""

    account_id: int
    sort: Sort
    arguments: PageArguments
    filter: TransactionFilter = ALL_TRANSACTIONS


class AccountPageLoader(Loader):
    """Pages of rows of accounts, in one statement."""

    def load_all(self, keys: list[AccountPageKey]) -> list[Page]:
        pages = [
            page_queryset(self.matching(key).filter(account_id=key.account_id), key.sort, key.arguments)
            for key in keys
        ]
        return [
            make_page(rows, key.sort, key.arguments, count=self._counter(key))
            for key, rows in zip(keys, read_pages(pages), strict=True)
        ]

    def _counter(self, key: AccountPageKey) -> Any:
        return lambda: self.request.loader(self.count_loader).load((key.account_id, key.filter))

    count_loader: type[Loader]

    def matching(self, key: AccountPageKey) -> QuerySet[Any]:
        raise NotImplementedError


class AccountCountLoader(Loader):
    """Numbers of rows of accounts: one statement for each filter of the response."""

    def load_all(self, keys: list[tuple[int, TransactionFilter]]) -> list[int]:
        by_filter: dict[TransactionFilter, list[int]] = defaultdict(list)
        for account_id, row_filter in keys:
            by_filter[row_filter].append(account_id)
        found: dict[tuple[int, TransactionFilter], int] = {}
        for row_filter, account_ids in by_filter.items():
            counted = self.matching(row_filter).filter(account_id__in=account_ids).order_by().values("account_id")
            for row in counted.annotate(number=Count("pk")):
                found[row["account_id"], row_filter] = row["number"]
        return [found.get(key, 0) for key in keys]

    def matching(self, row_filter: TransactionFilter) -> QuerySet[Any]:
        raise NotImplementedError


class TransactionCountLoader(AccountCountLoader):
    def matching(self, row_filter: TransactionFilter) -> QuerySet[Any]:
        return self.rows(LoyaltyTransaction).filter(row_filter.condition(using=self.request.using))


class TransactionPageLoader(AccountPageLoader):
    count_loader = TransactionCountLoader

    def matching(self, key: AccountPageKey) -> QuerySet[Any]:
        return self.rows(LoyaltyTransaction).filter(key.filter.condition(using=self.request.using))


class OpenLotCountLoader(AccountCountLoader):
    def matching(self, row_filter: TransactionFilter) -> QuerySet[Any]:
        return _open_lots(self)


class OpenLotPageLoader(AccountPageLoader):
    count_loader = OpenLotCountLoader

    def matching(self, key: AccountPageKey) -> QuerySet[Any]:
        return _open_lots(self)


def _open_lots(loader: Loader) -> QuerySet[Any]:
    """The lots that still hold points and have not expired, with ``expiry`` in place of a missing date."""
    lots = loader.rows(Lot).filter(remaining__gt=0)
    return lots.annotate(expiry=Coalesce("expires_at", Value(END_OF_TIME))).filter(expiry__gt=loader.request.at)
