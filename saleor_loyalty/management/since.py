"""What somebody types for "since when": read once, for every command."""

from __future__ import annotations

import datetime
import re

from django.utils.dateparse import parse_date, parse_datetime

BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def parse_since(text: str, *, at: datetime.datetime) -> datetime.datetime | None:
    """Return the moment that ``text`` means: a number of days before ``at`` as 30d, a day or a moment as in ISO 8601
    (UTC where it names no time zone), or the word "beginning". None where it means nothing."""
    if text == "beginning":
        return BEGINNING
    if re.fullmatch(r"\d{1,5}d", text):
        return max(BEGINNING, at - datetime.timedelta(days=int(text[:-1])))
    try:
        moment, day = parse_datetime(text), parse_date(text)
    except ValueError:
        return None
    if moment is None and day is not None:
        moment = datetime.datetime.combine(day, datetime.time())
    if moment is None:
        return None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=datetime.UTC)
