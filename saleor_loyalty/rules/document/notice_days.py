"""How many days before something ends its customer is told: points in ``expiry``, memberships in ``memberships``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from .fields import whole_number

NOTICES_MAX = 5
NoticeDays = Annotated[int, PlainValidator(whole_number(1, 365))]


def refuse_bad_notices(notice_days: Sequence[int]) -> None:
    """Raise PydanticCustomError where there are too many, or one twice."""
    if len(notice_days) > NOTICES_MAX or len(set(notice_days)) < len(notice_days):
        message = f"noticeDays must be at most {NOTICES_MAX} different numbers of days"
        raise PydanticCustomError("rules_value", "{message}", {"message": message})
