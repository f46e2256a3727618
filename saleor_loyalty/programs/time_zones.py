"""Time zones that PostgreSQL counts days in: Python knows names that the server may not, whose files are its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.db import connections

from ..errors import RulesInvalid
from ..rules import ProgramRules

UTC = "UTC"
UNKNOWN = "the database does not know this time zone"


class _Unknown(Exception):
    """Not kept, unlike what is known: the server may learn it."""


def knows_time_zone(name: str, *, using: str = "default") -> bool:
    """Return whether the database knows the time zone. Cost: one statement for a name that this process has not seen
    known; none for UTC."""
    try:
        return name == UTC or _is_known(name, using)
    except _Unknown:
        return False


def require_known_time_zones(rules: ProgramRules) -> None:
    """Raise RulesInvalid, with the path of each, where rules name time zones that the database does not know."""
    problems = [
        (f"channels[{position}].timeZone", UNKNOWN)
        for position, name in enumerate(_names(rules))
        if not knows_time_zone(name)
    ]
    if problems:
        raise RulesInvalid(problems)


def _names(rules: ProgramRules) -> Iterable[str]:
    return (listing.time_zone for listing in rules.channels)


@lru_cache(maxsize=256)
def _is_known(name: str, using: str) -> bool:
    # A look into the list is no error that would end the caller's transaction, as counting in the zone would be.
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_timezone_names WHERE lower(name) = lower(%s))", [name])
        if not cursor.fetchone()[0]:
            raise _Unknown
    return True
