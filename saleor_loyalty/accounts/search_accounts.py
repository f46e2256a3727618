"""Whom a search text finds, as conditions on accounts. It reads only, and judges no permission.

People are found in two ways that no single index serves: customers by what the host finds of its users, guests by
their e-mail. Three forms of the same answer are for three uses:
    ``search_branches``  all that is found, from the indexes of texts: to count it, or to act on it
    ``is_found``         whether an account is found: to go along an order and look at each
    ``Probe``            all that is found, named one by one where it is little: to sort it
"""

from __future__ import annotations

import functools

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Case, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from ..host import get_host
from ..models import LoyaltyAccount

FEW = 2_000
"""What a search finds of one kind, up to which it is named one by one."""
SOME = 200
"""Customers whom a word finds, from which it may be found often: to say so takes less than to count up to ``FEW``."""
_KEY_DIGITS_MAX = 18
_GUESTS = Q(email__isnull=False)
"""Whoever has an e-mail here has no user (check constraint)."""


class InArray(Func):
    """Whether the first is an item of the second, an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def is_one_of(column: str, keys: list[int]) -> Q:
    """Return ``column__in`` with all keys as one value, which is much shorter to write and to read."""
    if not keys:
        return Q(pk__in=())
    return Q(InArray(F(column), Value(keys, output_field=ArrayField(BigIntegerField()))))


def for_each_row(condition: Q) -> Q:
    """Return the condition in words that PostgreSQL takes row by row, and never turns into a join."""
    return Q(Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()))


def search_condition(text: str, *, using: str) -> Q:
    """Return the condition of a search as one semi-join on the union of its branches."""
    branches = [
        LoyaltyAccount.objects.using(using).filter(found).order_by().values("pk")
        for found in search_branches(text, using=using)
    ]
    return Q(pk__in=branches[0].union(*branches[1:], all=True))


def search_branches(text: str, *, using: str) -> list[Q]:
    """Return what a text finds: customers, guests and, where it is a user's key, that user; no account twice."""
    return [
        Q(user_id__in=get_host().search_users(text, using=using)) & _not_the_key(text),
        _GUESTS & Q(email__icontains=text),
        *_of_key(text),
    ]


def is_found(text: str, *, using: str) -> Q:
    """Return whether a text finds the account, to be asked of each that is looked at."""
    return for_each_row(_customer_is_found(text, using=using) | _guest_is_found(text) | _any(_of_key(text)))


class Probe:
    """Whether a text finds much or little, and the little by name.

    For a page in some order the database has two ways: to find all that matches and sort it, or to go along the order
    until the page is full. It estimates which is shorter, and is far out for texts that nobody has. So little is named
    one by one; only where there is much the order is followed, and then the page is full soon.
    Cost: a statement each for customers and for guests, when first needed, which ends when it has found so much; one
    more for a word that may be found often.
    """

    def __init__(self, text: str, *, using: str) -> None:
        self._text = text
        self._using = using

    @functools.cached_property
    def is_frequent(self) -> bool:
        """Whether a word may be found often. Several words seldom are, and take long to be looked up: then False."""
        return len(self._text.split()) == 1 and len(self._some_users) > SOME

    @functools.cached_property
    def is_little(self) -> bool:
        return len(self._users) <= FEW and len(self._guests) <= FEW

    def named(self) -> list[Q]:
        """Return all that is found, where it is little; no account twice."""
        text = self._text
        of_customers = is_one_of("user_id", self._users) & _not_the_key(text)
        return [of_customers, is_one_of("pk", self._guests), *_of_key(text)]

    def is_found(self) -> Q:
        """Return ``is_found`` where there is much, by name where only the customers or only the guests are many."""
        of_customers, of_guests = is_one_of("user_id", self._users), is_one_of("pk", self._guests)
        if len(self._users) > FEW:
            of_customers = _customer_is_found(self._text, using=self._using)
        if len(self._guests) > FEW:
            of_guests = _guest_is_found(self._text)
        return for_each_row(of_customers | of_guests | _any(_of_key(self._text)))

    @functools.cached_property
    def _some_users(self) -> list[int]:
        return self._first_users(SOME + 1)

    @functools.cached_property
    def _users(self) -> list[int]:
        if "_some_users" in self.__dict__ and len(self._some_users) <= min(SOME, FEW):
            return self._some_users
        return self._first_users(FEW + 1)

    def _first_users(self, number: int) -> list[int]:
        users = get_host().search_users(self._text, using=self._using)
        return [pk for (pk,) in users.order_by().values_list("pk")[:number]]

    @functools.cached_property
    def _guests(self) -> list[int]:
        guests = LoyaltyAccount.objects.using(self._using).filter(_GUESTS, email__icontains=self._text)
        return [pk for (pk,) in guests.order_by().values_list("pk")[: FEW + 1]]


def _customer_is_found(text: str, *, using: str) -> Q:
    """Return whether the host finds the account's user. The second comparison says nothing new: by it PostgreSQL sees
    that it cannot find all users at once and keep them, which takes as long as there are many."""
    users = get_host().search_users(text, using=using).order_by()
    return Q(user_id__isnull=False) & Q(Exists(users.filter(pk=OuterRef("user_id"), pk__gte=OuterRef("user_id"))))


def _guest_is_found(text: str) -> Q:
    """Return ``email__icontains`` in words that no index serves: an index would be asked for all guests it finds."""
    return _GUESTS & Q(GreaterThan(StrIndex(Upper("email"), Upper(Value(text))), 0))


def _any(conditions: list[Q]) -> Q:
    joined = Q(pk__in=())
    for condition in conditions:
        joined |= condition
    return joined


def _key_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS_MAX else None


def _of_key(text: str) -> list[Q]:
    key = _key_in(text)
    return [] if key is None else [Q(user_id=key)]


def _not_the_key(text: str) -> Q:
    key = _key_in(text)
    return Q() if key is None else ~Q(user_id=key)
