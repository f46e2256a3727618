"""What the rules ask about a customer: the keys of labels, of active plans and of the tier, read at their need.

Reads only, and only what the rules mention: a program without conditions costs no statement. Words are the user's
own: of a guest, whose e-mail anybody may type, nothing is known.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection

from ..basket import Basket, CustomerFacts
from ..models import AccountLabel, Membership
from ..rules import LABELS, PLANS, TIERS, ProgramRules, words_needed
from ..tiers import find_tiers_of_users
from .status import MembershipStatus, where_status

Words = dict[int, tuple[str, ...]]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CustomerWords:
    """Of one customer."""

    labels: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    tier: str | None = None

    def put_on(self, customer: CustomerFacts) -> CustomerFacts:
        """Return the customer with these words."""
        return dataclasses.replace(customer, labels=self.labels, plans=self.plans, tier=self.tier)

    def put_into(self, basket: Basket) -> Basket:
        """Return the basket with these words on its customer."""
        return dataclasses.replace(basket, customer=self.put_on(basket.customer))


def read_customer_words(
    user_ids: Collection[int],
    *,
    program_id: int,
    needed: Collection[str],
    at: datetime.datetime,
    using: str = "default",
) -> dict[int, CustomerWords]:
    """Return the words of the users' accounts in the program, each of them; the tier as it was at ``at``. At most one
    statement for labels, one for plans and one for tiers, and only for those that are needed."""
    labels: Words = {}
    plans: Words = {}
    accounts = {"account__program_id": program_id, "account__user_id__in": list(user_ids)}
    if user_ids and LABELS in needed:
        rows = AccountLabel.objects.using(using).filter(**accounts)
        labels = _collect(rows.values_list("account__user_id", "label__key"))
    if user_ids and PLANS in needed:
        active = where_status(Membership.objects.using(using).filter(**accounts), {MembershipStatus.ACTIVE}, at=at)
        plans = _collect(active.values_list("account__user_id", "plan__key"))
    tiers: dict[int, str] = {}
    if user_ids and TIERS in needed:
        tiers = find_tiers_of_users(user_ids, program_id=program_id, at=at, using=using)
    return {
        user_id: CustomerWords(labels=labels.get(user_id, ()), plans=plans.get(user_id, ()), tier=tiers.get(user_id))
        for user_id in user_ids
    }


def with_customer_words(basket: Basket, *, rules: ProgramRules, program_id: int) -> Basket:
    """Return the basket as the rules want to see it, as of its own moment. At most three statements."""
    needed = words_needed(rules)
    user_id = basket.customer.user_id
    if not needed or user_id is None:
        return basket
    return read_customer_words([user_id], program_id=program_id, needed=needed, at=basket.at)[user_id].put_into(basket)


def _collect(rows: Collection[tuple[int, str]]) -> Words:
    found: dict[int, set[str]] = defaultdict(set)
    for user_id, key in rows:
        found[user_id].add(key)
    return {user_id: tuple(sorted(keys)) for user_id, keys in found.items()}
