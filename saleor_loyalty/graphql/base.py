"""The base of all our mutations: permission, write context, bounded retry, and exceptions as errors.

A mutation class declares its arguments and payload, and implements ``perform``: a call of one verb of the domain.
``perform`` may run again after a deadlock, so it must do nothing before or after its verb that lasts.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import graphene
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from ..errors import LoyaltyException
from ..host import get_host
from ..moments import BEYOND_CALENDAR, is_within_calendar
from .errors import InputRefused, LoyaltyError, errors_of
from .permissions import NEEDS_ALL_CHANNELS, NEEDS_LOYALTY, require_manage_loyalty
from .reach import require_reach
from .request import LoyaltyRequest, loyalty_request
from .whole_numbers import require_whole_numbers

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

ATTEMPTS = 4
RETRY_PAUSE_SECONDS = 0.02
# PostgreSQL: serialization_failure, deadlock_detected.
RETRYABLE_SQLSTATES = frozenset({"40001", "40P01"})


def retry_on_deadlock(action: Callable[[], Result]) -> Result:
    """Run ``action`` and, where PostgreSQL ended it to resolve a deadlock, again: at most ``ATTEMPTS`` times.

    Inside an outer atomic block it runs once, because that block is lost. The last failure is raised as it is.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return action()
        except OperationalError as exception:
            state = getattr(exception.__cause__, "sqlstate", None) or getattr(exception.__cause__, "pgcode", None)
            is_last = attempt == ATTEMPTS or connections[DEFAULT_DB_ALIAS].in_atomic_block
            if state not in RETRYABLE_SQLSTATES or is_last:
                raise
            logger.warning("Loyalty mutation ended by PostgreSQL (%s), attempt %s.", state, attempt)
            time.sleep(RETRY_PAUSE_SECONDS * attempt)
    raise AssertionError("unreachable")  # pragma: no cover


class LoyaltyMutation(graphene.Mutation):  # type: ignore[misc]
    """A mutation of ours. ``Meta.is_for_staff`` (the default) asks for MANAGE_LOYALTY, ``Meta.is_program_wide`` for
    staff who may work in all of the program's channels."""

    is_for_staff = True
    is_program_wide = False
    field_names: Mapping[str, str] = MappingProxyType({})
    """The domain's names of fields, and how this mutation calls them."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(
        cls, description: str = "", is_for_staff: bool = True, is_program_wide: bool = False, **options: Any
    ) -> None:
        cls.is_for_staff, cls.is_program_wide = is_for_staff, is_program_wide
        cls.errors = graphene.List(graphene.NonNull(LoyaltyError), required=True)
        description += NEEDS_LOYALTY if is_for_staff else ""
        description += NEEDS_ALL_CHANNELS if is_program_wide else ""
        super().__init_subclass_with_meta__(description=description, **options)

    @classmethod
    def mutate(cls, root: Any, info: Any, **data: Any) -> LoyaltyMutation:
        request = loyalty_request(info)
        if cls.is_for_staff:
            require_manage_loyalty(info)
        try:
            require_whole_numbers(info)
            with get_host().write_context():
                if cls.is_for_staff:
                    require_reach(info, data, wholly=cls.is_program_wide)
                result: LoyaltyMutation = retry_on_deadlock(lambda: cls.perform(request, **data))
        except LoyaltyException as exception:
            return cls(errors=errors_of(exception, field_names=cls.field_names))
        result.errors = []
        return result

    @classmethod
    def perform(cls, request: LoyaltyRequest, **data: Any) -> LoyaltyMutation:
        raise NotImplementedError


def require_text(value: str | None, *, field: str) -> str:
    """Return the text. Raises InputRefused REQUIRED when it is blank; what else is wrong is the domain's to say."""
    if not (value or "").strip():
        raise InputRefused("REQUIRED", "This must not be empty.", field=field)
    return value or ""


def aware_moment(value: datetime.datetime | None, *, field: str) -> datetime.datetime | None:
    """Return the moment. Raises InputRefused INVALID where it has no time zone, or UTC does not have it."""
    if value is not None and value.utcoffset() is None:
        raise InputRefused("INVALID", "This must have a time zone.", field=field)
    if value is not None and not is_within_calendar(value):
        raise InputRefused("INVALID", BEYOND_CALENDAR, field=field)
    return value
