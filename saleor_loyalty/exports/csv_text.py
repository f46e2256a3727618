"""Rows as CSV: RFC 4180 with CRLF, in UTF-8, the header with the mark by which spreadsheets know it.

A text that a spreadsheet would take for a formula gets an apostrophe before it. So does what stands behind a
semicolon, a tab or a line break within a text: where people write 1,5 for one and a half, spreadsheets separate cells
by semicolons, pay no heed to our quotes then, and begin a new cell there. Numbers are ours and stay numbers.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zoneinfo
from collections.abc import Iterable, Sequence

Cell = str | int | datetime.datetime | None

BYTE_ORDER_MARK = "\ufeff"
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also in full width, as some spreadsheets read them."""
_BEHIND_A_SEPARATOR = re.compile('(\r\n|[;\t\r\n])(?=(?:"|[^\\S\t\r\n])*[=+\\-@\uff1d\uff0b\uff0d\uff20])')
"""Of several separators in a row the last: so each letter is looked at once, however many there are."""


def csv_bytes(rows: Iterable[Sequence[Cell]], *, time_zone: str, is_beginning: bool) -> bytes:
    """Return the rows as a piece of a CSV file. Moments are written as ISO 8601, in the time zone, with its offset."""
    zone = zoneinfo.ZoneInfo(time_zone)
    text = io.StringIO(newline="")
    if is_beginning:
        text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, dialect="excel", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value, zone) for value in row])
    return text.getvalue().encode()


def _cell(value: Cell, zone: zoneinfo.ZoneInfo) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, str):
        text = _BEHIND_A_SEPARATOR.sub(r"\1'", value)
        return f"'{text}" if text.startswith(FORMULA_BEGINS) else text
    return value
