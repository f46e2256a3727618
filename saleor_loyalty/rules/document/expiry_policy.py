"""When points expire (D-11): the section ``expiry`` of the rules document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from .fields import DocumentPart, whole_number
from .notice_days import NoticeDays, refuse_bad_notices

Months = Annotated[int, PlainValidator(whole_number(1, 1_200))]
Days = Annotated[int, PlainValidator(whole_number(1, 36_500))]


class ExpiryPolicy(DocumentPart):
    """How long points last. They can be used through their last day, in the time zone of the channel.

    NEVER: for ever. ROLLING: ``months`` or ``days`` from when they are available. MONTH_END and CALENDAR_YEAR_END: so
    long (or no time at all), and then on to the end of that month or year. INACTIVITY: ``months`` or ``days`` from
    the customer's last order that earned or redeemed, all of them together.
    """

    type: Literal["NEVER", "ROLLING", "MONTH_END", "CALENDAR_YEAR_END", "INACTIVITY"] = "NEVER"
    months: Months | None = None
    days: Days | None = None
    notice_days: tuple[NoticeDays, ...] = ()
    """How many days before points expire the customer is told."""

    @model_validator(mode="after")
    def _is_coherent(self) -> ExpiryPolicy:
        if self.type == "NEVER" and (self.months, self.days, self.notice_days) != (None, None, ()):
            raise _refuse("points that never expire have no months, days or noticeDays")
        if self.months is not None and self.days is not None:
            raise _refuse("must have months or days, not both")
        if self.type in ("ROLLING", "INACTIVITY") and self.months is None and self.days is None:
            raise _refuse(f"{self.type} needs months or days")
        refuse_bad_notices(self.notice_days)
        return self


def _refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("rules_value", "{message}", {"message": message})
