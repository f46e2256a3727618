"""Which accounts a filter means, as querysets. It reads only, and judges no permission.

People are found in two ways that no single index serves: customers by what the host finds of its users, guests by
their e-mail. They are kept apart as branches, which share no account, so that each is answered from its own index;
joined by OR, every account would have to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, StrIndex, Upper
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThanOrEqual

from ..host import get_host
from ..models import AccountLabel, Label, LoyaltyAccount
from ..models.account import BEGINNING_OF_TIME
from ..storable_text import storable_part
from .account_filter import AccountFilter, IntegerRange, LabelChoice, MomentRange

_NOBODY = Q(pk__in=())

_KEY_DIGITS_MAX = 18
FEW = 2_000
"""What a search finds of one kind, up to which it is named one by one."""


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
    """Return the same accounts as one or several querysets that share none: to cut a page from each and to merge
    these, at a cost that does not grow with what the search finds.

    Cost: where it searches, two statements, which look whether there is much or little to be found.
    """
    condition = _condition(account_filter, using=using, with_search=False)
    accounts = LoyaltyAccount.objects.using(using)
    if condition is None:
        return [accounts.none()]
    text = _searched_text(account_filter)
    if not text:
        return [accounts.filter(condition)]
    return [accounts.filter(condition & found) for found in _probed_branches(text, using=using)]


def _condition(account_filter: AccountFilter, *, using: str, with_search: bool = True) -> Q | None:
    """Return the condition of a filter; None where it contradicts itself."""
    conjuncts = list(_conjuncts(account_filter))
    if _is_contradictory(conjuncts):
        return None
    condition = Q()
    for part in conjuncts:
        condition &= _own_condition(part, using=using)
        text = _searched_text(part)
        if text and (with_search or part is not account_filter):
            condition &= _search_condition(text, using=using)
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


def _own_condition(part: AccountFilter, *, using: str) -> Q:
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
        condition &= _label_condition(part.labels)
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


def _label_condition(choice: LabelChoice) -> Q:
    condition = Q()
    if choice.eq is not None:
        condition &= _labelled((choice.eq,))
    if choice.one_of is not None:
        condition &= _labelled(choice.one_of)
    if choice.not_one_of:
        condition &= ~_labelled(choice.not_one_of) & Label.all_exist(choice.not_one_of)
    return condition


def _labelled(labels: tuple[int, ...]) -> Q:
    """Return the condition of the accounts that have one of the labels, as a semi-join on the assignments."""
    return Q(Exists(AccountLabel.objects.filter(label_id__in=labels, account=OuterRef("pk"))))


def _searched_text(account_filter: AccountFilter) -> str:
    """Return what is searched for, without what PostgreSQL refuses even to look for."""
    return storable_part(account_filter.search).strip()


def _search_condition(text: str, *, using: str) -> Q:
    """Return the condition of a search as one semi-join on the union of its branches."""
    branches = [
        LoyaltyAccount.objects.using(using).filter(found).order_by().values("pk")
        for found in _search_branches(text, using=using)
    ]
    return Q(pk__in=branches[0].union(*branches[1:], all=True))


def _search_branches(text: str, *, using: str) -> list[Q]:
    """Return what a text finds: customers, guests and, where it is a user's key, that user; no account twice."""
    return [
        Q(user_id__in=get_host().search_users(text, using=using)) & _not_the_key(text),
        _GUESTS & Q(email__icontains=text),
        *_of_key(text),
    ]


def _probed_branches(text: str, *, using: str) -> list[Q]:
    """Return the same, with what is found by name in it, where that is little.

    For a page in some order the database has two ways: to find all that matches and sort it, or to go along the order
    until the page is full. It estimates which is shorter, and is far out for texts that nobody has. So little is named
    one by one; only where there is much the order is followed, and then the page is full soon.
    """
    users = get_host().search_users(text, using=using)
    guests = LoyaltyAccount.objects.using(using).filter(_GUESTS, email__icontains=text).order_by().values_list("pk")
    found_users = [pk for (pk,) in users.order_by().values_list("pk")[: FEW + 1]]
    found_guests = [pk for (pk,) in guests[: FEW + 1]]
    return [
        Q(user_id__in=users if len(found_users) > FEW else found_users) & _not_the_key(text),
        _GUESTS & _many_guests(text) if len(found_guests) > FEW else Q(pk__in=found_guests),
        *_of_key(text),
    ]


_GUESTS = Q(email__isnull=False)
"""Whoever has an e-mail here has no user (check constraint)."""


def _many_guests(text: str) -> Q:
    """Return ``email__icontains`` in words that no index serves and that the planner takes to be met by a third: it
    has no statistics of a partial index, and would else gather all of the many to sort them."""
    return Q(GreaterThan(StrIndex(Upper("email"), Upper(Value(text))), 0))


def _key_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS_MAX else None


def _of_key(text: str) -> list[Q]:
    key = _key_in(text)
    return [] if key is None else [Q(user_id=key)]


def _not_the_key(text: str) -> Q:
    key = _key_in(text)
    return Q() if key is None else ~Q(user_id=key)
