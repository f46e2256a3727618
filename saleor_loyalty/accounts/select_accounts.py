"""Which accounts a filter means, as querysets. It reads only, and judges no permission.

Whom a text finds is told by ``search_accounts``. What it finds of customers and of guests is kept apart as branches,
which share no account, so that each is answered from its own index; joined by OR, every account would have to be
looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from ..host import get_host
from ..models import AccountCount, AccountLabel, Label, LoyaltyAccount
from ..models.account import BEGINNING_OF_TIME
from ..storable_text import storable_part
from .account_filter import AccountFilter, IntegerRange, LabelChoice, MomentRange
from .search_accounts import InArray, Probe, for_each_row, is_found, is_one_of, search_branches, search_condition

_NOBODY = Q(pk__in=())
_Labelled = Callable[[tuple[int, ...]], Q]

RARELY_ASSIGNED = 20_000
"""Assignments of labels, up to which they are gathered first where accounts with a label are searched."""
_WALK = 60
"""As many accounts' labels are met along an order in the time that it takes to fetch one account from its label, times
the accounts to be looked at for one page."""


class AccountSearch:
    """The accounts of a filter that searches, in the forms by which a page of them is found.

    Cost: what ``Probe`` says, once; two statements for ``walked`` where the filter asks for a label.
    """

    def __init__(self, account_filter: AccountFilter, text: str, *, using: str) -> None:
        self._filter = account_filter
        self._text = text
        self._using = using
        self._probe = Probe(text, using=using)

    @property
    def begins_on_the_way(self) -> bool:
        """Whether to look at the first accounts of the order before anything is named: where a word may be found
        often, and where accounts with a label are searched, as there may be much to be found, but not of them."""
        if any(part.labels is not None and _wanted(part.labels) for part in _conjuncts(self._filter)):
            return True
        return not self._accounts(_labelled).query.is_empty() and self._probe.is_frequent

    @functools.cached_property
    def walked(self) -> QuerySet[LoyaltyAccount]:
        """The accounts of the filter without its search: to go along an order."""
        return self._accounts(_labelled_on_the_way(self._using))

    def found_among(self, keys: Sequence[int]) -> QuerySet[LoyaltyAccount]:
        """Return those of some of the walked accounts whom the text finds."""
        accounts = LoyaltyAccount.objects.using(self._using)
        return accounts.filter(is_one_of("pk", list(keys)), is_found(self._text, using=self._using))

    def named(self) -> list[QuerySet[LoyaltyAccount]] | None:
        """Return all accounts that are found as querysets that share none, to be sorted; None where these are many."""
        accounts = self._accounts(_labelled)
        if accounts.query.is_empty():
            return [accounts]
        return [accounts.filter(found) for found in self._probe.named()] if self._probe.is_little else None

    def counted(self) -> list[QuerySet[LoyaltyAccount]]:
        """Return all accounts that are found as querysets that share none, however many, to be counted."""
        named = self.named()
        return select_account_branches(self._filter, using=self._using) if named is None else named

    def followed(self) -> QuerySet[LoyaltyAccount]:
        """Return all accounts that are found, where these are many: to go along an order until the page is full."""
        return self.walked.filter(self._probe.is_found())

    def _accounts(self, labelled: _Labelled) -> QuerySet[LoyaltyAccount]:
        condition = _condition(self._filter, using=self._using, with_search=False, labelled=labelled)
        accounts = LoyaltyAccount.objects.using(self._using)
        return accounts.none() if condition is None else accounts.filter(condition)


def select_accounts(account_filter: AccountFilter, *, using: str = "default") -> QuerySet[LoyaltyAccount]:
    """Return the accounts that a filter means, each once, in no order yet.

    Numbers of points and times are compared as of the last write. A contradiction is met by no account, and costs no
    statement where it shows in the filter itself.
    """
    condition = _condition(account_filter, using=using)
    accounts = LoyaltyAccount.objects.using(using)
    return accounts.none() if condition is None else accounts.filter(condition)


def select_account_branches(
    account_filter: AccountFilter, *, using: str = "default"
) -> list[QuerySet[LoyaltyAccount]]:
    """Return the same accounts as one or several querysets that share none, each answered from its own index."""
    condition = _condition(account_filter, using=using, with_search=False)
    accounts = LoyaltyAccount.objects.using(using)
    if condition is None:
        return [accounts.none()]
    text = _searched_text(account_filter)
    if not text:
        return [accounts.filter(condition)]
    return [accounts.filter(condition & found) for found in search_branches(text, using=using)]


def search_accounts(account_filter: AccountFilter, *, using: str = "default") -> AccountSearch | None:
    """Return how to search the same accounts for a page in some order; None where nothing is searched for."""
    text = _searched_text(account_filter)
    return AccountSearch(account_filter, text, using=using) if text else None


def _condition(
    account_filter: AccountFilter, *, using: str, with_search: bool = True, labelled: _Labelled | None = None
) -> Q | None:
    """Return the condition of a filter; None where it contradicts itself. ``labelled`` is for the labels that all must
    have."""
    conjuncts = list(_conjuncts(account_filter))
    if _is_contradictory(conjuncts):
        return None
    condition = Q()
    for part in conjuncts:
        condition &= _own_condition(part, labelled=labelled or _labelled, using=using)
        text = _searched_text(part)
        if text and (with_search or part is not account_filter):
            condition &= search_condition(text, using=using)
        if part.any_of is not None:
            alternatives = [_condition(alternative, using=using) for alternative in part.any_of]
            possible = [alternative for alternative in alternatives if alternative is not None]
            if not possible:
                return None
            # An alternative that says nothing is met by everybody: then so is the whole OR.
            if all(possible):
                joined = _NOBODY
                for alternative in possible:
                    joined |= alternative
                condition &= joined
    return condition


def _conjuncts(account_filter: AccountFilter) -> Iterator[AccountFilter]:
    """Yield the filter and all that must hold with it."""
    yield account_filter
    for part in account_filter.all_of:
        yield from _conjuncts(part)


def _own_condition(part: AccountFilter, *, labelled: _Labelled, using: str) -> Q:
    condition = Q()
    for column, keys in (("pk", part.ids), ("program_id", part.programs), ("user_id", part.users)):
        if keys is not None:
            condition &= Q(**{f"{column}__in": keys})
    if part.status is not None:
        condition &= Q(status=part.status)
    if part.member_status == "VISITOR":
        condition &= Q(user__isnull=True)
    elif part.member_status is not None:
        condition &= Q(user_id__in=get_host().users_with_member_status(part.member_status, using=using))
    if part.labels is not None:
        condition &= _label_condition(part.labels, labelled)
    if part.tiers is not None:
        condition &= Q(tier_key__in=part.tiers)
    if part.last_activity_at is not None:
        condition &= Q(last_transaction_at__isnull=False)
    for column, bounds in _ranges(part):
        compared = _COMPUTED.get(column, F(column))
        condition &= Q() if bounds.gte is None else Q(GreaterThanOrEqual(compared, bounds.gte))
        condition &= Q() if bounds.lte is None else Q(LessThanOrEqual(compared, bounds.lte))
    return condition


_COMPUTED = {
    "available": F("balance") + F("debt") - F("pending") - F("reserved"),
    # As the index has it.
    "last_transaction_at": Coalesce("last_transaction_at", Value(BEGINNING_OF_TIME)),
}


def _ranges(part: AccountFilter) -> Iterator[tuple[str, IntegerRange | MomentRange]]:
    named = (
        ("balance", part.balance),
        ("available", part.available),
        ("given", part.earned),
        ("redeemed", part.redeemed),
        ("last_transaction_at", part.last_activity_at),
        ("created_at", part.created_at),
        ("enrolled_at", part.enrolled_at),
    )
    return ((column, bounds) for column, bounds in named if bounds is not None)


def _is_contradictory(conjuncts: list[AccountFilter]) -> bool:
    """Return whether what must hold together cannot, as far as the filter itself shows it."""
    lowest: dict[str, Any] = {}
    highest: dict[str, Any] = {}
    for part in conjuncts:
        if () in (part.ids, part.programs, part.users, part.tiers):
            return True
        labels = part.labels
        if labels is not None and labels.one_of == ():
            return True
        for column, bounds in _ranges(part):
            if bounds.gte is not None:
                lowest[column] = max(bounds.gte, lowest.get(column, bounds.gte))
            if bounds.lte is not None:
                highest[column] = min(bounds.lte, highest.get(column, bounds.lte))
    if any(bound > highest[column] for column, bound in lowest.items() if column in highest):
        return True
    for name in ("status", "member_status"):
        if len({getattr(part, name) for part in conjuncts} - {None}) > 1:
            return True
    chosen = [part.labels for part in conjuncts if part.labels is not None]
    excluded = {label for choice in chosen for label in choice.not_one_of or ()}
    return any(_wanted(choice) <= excluded for choice in chosen if _wanted(choice))


def _wanted(choice: LabelChoice) -> set[int]:
    if choice.eq is not None:
        return {choice.eq}
    return set(choice.one_of or ())


def _label_condition(choice: LabelChoice, labelled: _Labelled) -> Q:
    condition = Q()
    if choice.eq is not None:
        condition &= labelled((choice.eq,))
    if choice.one_of is not None:
        condition &= labelled(choice.one_of)
    if choice.not_one_of:
        condition &= ~_labelled(choice.not_one_of) & Label.all_exist(choice.not_one_of)
    return condition


def _labelled(labels: tuple[int, ...]) -> Q:
    """Return the condition of the accounts that have one of the labels, as a semi-join on the assignments."""
    return Q(Exists(AccountLabel.objects.filter(label_id__in=labels, account=OuterRef("pk"))))


def _labelled_on_the_way(using: str) -> _Labelled:
    """Return how to name the accounts with a label where an order is followed for many of them, to search these.

    Asking each account on the way for its labels takes long where few have the label. What has a rare label is
    gathered first: either to go along the index of the order with it in hand, or, where that way is longer, to go from
    the labels to the accounts (PostgreSQL takes the array to be short) and to sort these.
    """

    def labelled(labels: tuple[int, ...]) -> Q:
        assignments = AccountLabel.objects.using(using).filter(label_id__in=labels).order_by()
        number = assignments[: RARELY_ASSIGNED + 1].count()
        if number > RARELY_ASSIGNED:
            return _labelled(labels)
        accounts = AccountCount.objects.using(using).aggregate(total=Sum("accounts"))["total"] or 0
        if number * number <= _WALK * accounts:
            return Q(InArray(F("pk"), ArraySubquery(assignments.values("account_id"))))
        return for_each_row(Q(pk__in=assignments.values("account_id")))

    return labelled


def _searched_text(account_filter: AccountFilter) -> str:
    """Return what is searched for, without what PostgreSQL refuses even to look for."""
    return storable_part(account_filter.search).strip()
