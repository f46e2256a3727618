"""For whom a rule counts: conditions on the customer, all of which must hold.

A condition that is not named always holds; one that is named holds where the customer has at least one of the words.
Nothing known of a customer means that no condition on it holds. A condition that this release does not know is refused
with the document: no rule ever counts for more customers than it says.
"""

from __future__ import annotations

from typing import Literal

from ...basket import CustomerFacts
from .fields import DocumentPart, Key, Slug

MemberStatus = Literal["MEMBER", "PENDING", "VISITOR"]
LABELS, PLANS, TIERS, MEMBER_STATUS = "LABELS", "PLANS", "TIERS", "MEMBER_STATUS"


class Conditions(DocumentPart):
    """Keys of labels, of membership plans and of tiers, member statuses; None: whoever it is."""

    labels: tuple[Slug, ...] | None = None
    plans: tuple[Slug, ...] | None = None
    """A membership of one of these plans is active, and not frozen, when the basket is looked at."""
    tiers: tuple[Key, ...] | None = None
    """The customer has one of these tiers when the basket is looked at."""
    member_status: tuple[MemberStatus, ...] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the rule counts for everybody."""
        return (self.labels, self.plans, self.tiers, self.member_status) == (None, None, None, None)

    def failing(self, customer: CustomerFacts) -> str:
        """Return the first condition that does not hold, as the receipt names it; empty where all hold."""
        if self.member_status is not None and customer.member_status not in self.member_status:
            return MEMBER_STATUS
        if self.labels is not None and not set(self.labels).intersection(customer.labels):
            return LABELS
        if self.plans is not None and not set(self.plans).intersection(customer.plans):
            return PLANS
        if self.tiers is not None and customer.tier not in self.tiers:
            return TIERS
        return ""

    @property
    def words_needed(self) -> frozenset[str]:
        """LABELS, PLANS, TIERS: what has to be looked up of the customer."""
        named = ((LABELS, self.labels), (PLANS, self.plans), (TIERS, self.tiers))
        return frozenset(word for word, keys in named if keys is not None)
