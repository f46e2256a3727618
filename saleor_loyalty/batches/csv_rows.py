"""A CSV file as rows, one after the other, in bounded memory whatever the file holds.

The first line names the columns. The cells are separated by a comma, a semicolon or a tab, whichever the first line
has most of. The text is UTF-8, with or without a mark at its beginning, or UTF-16 with one. What is not readable is
refused with its line; nothing is guessed and nothing is replaced.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Protocol

from .refusals import FileInvalid

ROWS_MAX = 1_000_000
LINE_MAX = 1_000_000
"""Characters of one line."""
_READ_BYTES = 65_536
_DELIMITERS = ",;\t"
_UNREADABLE = re.compile("[\ud800-\udfff]")
COLUMNS = {
    "account": "account",
    "accountid": "account",
    "user": "user",
    "userid": "user",
    "customer": "user",
    "customerid": "user",
    "email": "email",
    "externalreference": "externalReference",
    "points": "points",
    "reason": "reason",
    "internalnote": "internalNote",
    "note": "internalNote",
    "source": "source",
    "expires": "expiresAt",
    "expiresat": "expiresAt",
    "transactionreference": "transactionReference",
}
"""Names of columns, without case, spaces, hyphens and underscores."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_csv(file: Readable) -> Iterator[dict[str, str]]:
    """Yield the rows by the names of their columns; blank lines are passed over. The columns are judged at once, the
    rest as it is read: a row with more cells than columns has them under the empty name.

    Raises FileInvalid with the line: another encoding, unknown, missing or double columns, a quote that is never
    closed, a cell of more than 131,072 or a line of more than 1,000,000 characters, more than 1,000,000 rows.
    """
    lines = _lines(file)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    names = _columns(_cells(iter([first]), delimiter))
    return _rows(lines, names, delimiter)


def _rows(lines: Iterator[str], names: list[str], delimiter: str) -> Iterator[dict[str, str]]:
    count = 0
    for cells in _cells(lines, delimiter, lines_before=1):
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > ROWS_MAX:
            raise FileInvalid(f"The file has more than {ROWS_MAX} rows.")
        row = dict(zip(names, cells, strict=False))
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            row[""] = "more"
        yield row


def _cells(lines: Iterator[str], delimiter: str, *, lines_before: int = 0) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        begin = reader.line_num + lines_before + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # A quote that is never closed ends with the file, or with a cell that is far too long.
            raise FileInvalid(f"Line {begin}: {error}.") from None
        yield cells


def _columns(records: Iterator[list[str]]) -> list[str]:
    headings = next(records, [])
    names = []
    for heading in headings:
        plain = re.sub(r"[\s_-]", "", heading).lower()
        if plain not in COLUMNS:
            raise FileInvalid(f"Line 1: there is no column {heading.strip()[:50]!r}.")
        names.append(COLUMNS[plain])
    if len(set(names)) != len(names):
        raise FileInvalid("Line 1: a column is there twice.")
    if not {"account", "user", "email", "externalReference"} & set(names):
        raise FileInvalid("Line 1: no column says whose points: account, user, email or externalReference.")
    return names


def _lines(file: Readable) -> Iterator[str]:
    head = file.read(_READ_BYTES)
    encoding, mark = _encoding(head)
    errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    chunk, text, number = head[mark:], "", 1
    while True:
        try:
            text += decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise FileInvalid(f"Line {number} or soon after it: the file is not UTF-16.") from None
        *complete, text = text.split("\n")
        for line in complete:
            yield _readable(line, number) + "\n"
            number += 1
        if len(text) > LINE_MAX:
            raise FileInvalid(f"Line {number} is too long.")
        if not chunk:
            break
        chunk = file.read(_READ_BYTES)
    if text:
        yield _readable(text, number)


def _readable(line: str, number: int) -> str:
    if len(line) > LINE_MAX:
        raise FileInvalid(f"Line {number} is too long.")
    if _UNREADABLE.search(line):
        raise FileInvalid(f"Line {number}: the file is neither UTF-8 nor UTF-16 with a mark at its beginning.")
    if "\x00" in line:
        raise FileInvalid(f"Line {number} holds a character that cannot be stored (NUL).")
    return line


def _encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding and the length of its mark."""
    if not head:
        raise FileInvalid("The file is empty.")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileInvalid("Line 1: the file is UTF-32; save it as UTF-8.")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0
