"""Rules for activities: what a customer earns by something other than an order (A-043 to A-048, A-010).

They stand in a section of their own, beside the earning rules. An earning rule looks at a basket: its scope, its
amounts, its tax, its discounts and the rates of channels mean nothing for a review or a birthday, which has no money
and no channel; and what an activity needs means nothing for an order. One list of both would have keys most of which
are forbidden in each of its entries, and judging an order would have to step over rules that never count for one.
What both share (dates, weekdays, caps, conditions, priority) is said in the same words. Keys are unique over both
lists: statistics and caps tell rules apart by them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from .conditions import Conditions
from .event_names import (
    CUSTOM_SOURCE,
    EVENT_NAME_MAX,
    JOINING_EVENTS,
    PROGRAM_EVENTS,
    REPORTED_EVENTS,
    SOURCES,
    is_event_name,
)
from .fields import DocumentPart, Key, Moment, Name, PendingDays, Points, Priority, YesOrNo
from .timing import CustomerCap, Weekday

ActivitySource = Literal[
    "ACCOUNT",
    "BIRTHDAY",
    "COMMENT",
    "CUSTOM",
    "FEEDBACK",
    "PROMOTION",
    "REVIEW",
    "SIGN_UP",
    "SOCIAL",
    "THANK_YOU",
    "VIP",
]


def _event(value: Any) -> str:
    if not isinstance(value, str) or not is_event_name(value):
        known = ", ".join((*PROGRAM_EVENTS, *REPORTED_EVENTS))
        message = (
            f"must be one of {known}, or a name of the shop's own: 1 to {EVENT_NAME_MAX} of a-z 0-9 . _ -, "
            "beginning with a letter or digit"
        )
        raise PydanticCustomError("rules_value", "{message}", {"message": message})
    return value


EventName = Annotated[str, PlainValidator(_event)]


class ActivityRule(DocumentPart):
    """Points for one kind of event."""

    key: Key
    name: Name = ""
    """Said to customers where a storefront lists what earns points."""
    event: EventName
    points: Points
    source: ActivitySource | None = None
    """What statistics count the points under; None: what belongs to the event."""
    customer_caps: tuple[CustomerCap, ...] = ()
    once_per_reference: YesOrNo = True
    """Whether what an event is about (one review, by its external reference) earns only once in the program."""
    includes_earlier_customers: YesOrNo = False
    """Of SIGNED_UP and ACCOUNT_CONFIRMED: whether customers get it who registered before the rule was in force."""
    pending_days: PendingDays | None = None
    """None: the document's."""
    conditions: Conditions = Conditions()
    weekdays: tuple[Weekday, ...] | None = None
    """In the time zone of the program's first channel; None: every day."""
    starts_at: Moment | None = None
    """Inclusive."""
    ends_at: Moment | None = None
    """Exclusive."""
    priority: Priority = 0
    stop_processing: YesOrNo = False
    """Whether rules of lower priority give nothing for an event for which this one gave something."""

    @property
    def points_source(self) -> str:
        """The source of the points that it gives."""
        return self.source or SOURCES.get(self.event, CUSTOM_SOURCE)

    @property
    def is_for_joining(self) -> bool:
        return self.event in JOINING_EVENTS
