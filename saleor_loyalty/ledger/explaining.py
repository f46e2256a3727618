"""The receipts of movements that no order's rules came to: made by hand, by time, by a membership or by a move.

Each is small: what moved, and the numbers that it was computed from under the account's lock. The points of its lines
add up to the posted points, so that ``rules.recount_movement`` gives them again from the receipt alone. It holds
numbers and words of ours, never a reason, a note or anything else that may name a person: those live in the erasable
row. Held by ``tests/ledger/test_receipts.py`` and by the random lives of ``tests/ledger/test_life_of_an_account.py``.

Codes; the points of a line are signed, as they add up:

    GIVEN             detail: the source, MANUAL for example
    MEMBERSHIP        given for the start of a membership
    IMPORTED          taken over from elsewhere
    DEDUCTED          detail: the source
    FORFEITED         all that was there when the account was closed
    SET_TO            what should be available
    AVAILABLE_BEFORE  of a SET; what was available, which counts downwards
    OWED_BEFORE       of a SET; the debt that is paid by the way
    EXPIRED           what the lot held; detail: the first moment at which it no longer counts, in UTC
    SET_ASIDE         of an EXPIRE; what stays in the lot, because a checkout has set it aside
    MOVED             what moved between accounts, of a lot or of a debt, as seen from this one
    CORRECTED         what the movement that is corrected had moved, the other way round; detail: its type
    ALREADY_EXPIRED   of a correction; points that had expired, and are not taken a second time
    UNRECOVERED       of a correction; points that were spent

To the receipt of an order's redemption, which the rules explain, it adds what is only known under the lock:

    SHORTFALL         points that were no longer there, and are owed; detail: what was available
"""

from __future__ import annotations

import datetime
from typing import Any

from ..models import Source, TransactionType


def explain_gift(points: int, *, type: str, source: str) -> dict[str, Any]:
    """Points that were given or imported."""
    if type == TransactionType.IMPORT:
        return _receipt(type, _line("IMPORTED", points))
    code = "MEMBERSHIP" if source == Source.PLAN else "GIVEN"
    return _receipt(type, _line(code, points, source))


def explain_deduction(points: int, *, source: str) -> dict[str, Any]:
    """``points`` (above zero) that were deducted."""
    return _receipt("DEDUCT", _line("DEDUCTED", -points, source))


def explain_forfeit(points: int) -> dict[str, Any]:
    """``points`` (above zero) that were lost with the account."""
    return _receipt("DEDUCT", _line("FORFEITED", -points))


def explain_set(target: int, *, available: int, debt: int) -> dict[str, Any]:
    """What is available was set to ``target``, and ``debt`` is paid by the way."""
    lines = [_line("SET_TO", target), _line("AVAILABLE_BEFORE", -available)]
    if debt:
        lines.append(_line("OWED_BEFORE", debt))
    return _receipt("SET", *lines)


def explain_expiry(held: int, *, kept: int, due_at: datetime.datetime | None) -> dict[str, Any]:
    """A lot that ``held`` so many points lost all but what is ``kept`` for a checkout."""
    due = due_at.astimezone(datetime.UTC).isoformat() if due_at is not None else ""
    lines = [_line("EXPIRED", -held, due)]
    if kept:
        lines.append(_line("SET_ASIDE", kept))
    return _receipt("EXPIRE", *lines)


def explain_move(points: int, *, type: str) -> dict[str, Any]:
    """``points`` (signed) that came to this account from another one, or left for it."""
    return _receipt(type, _line("MOVED", points))


def explain_correction(original: int, *, of: str, posted: int, expired: int = 0) -> dict[str, Any]:
    """Of the ``original`` points (signed) of a movement by hand of the type ``of``, ``posted`` were taken back (below
    zero) or given back; what had ``expired`` was gone already, and the rest is spent."""
    lines = [_line("CORRECTED", -original, of)]
    if expired:
        lines.append(_line("ALREADY_EXPIRED", expired))
    unrecovered = original - expired + posted
    if unrecovered:
        lines.append(_line("UNRECOVERED", unrecovered))
    return _receipt("REVERSE", *lines)


def explain_shortfall(receipt: dict[str, Any] | None, points: int, *, available: int) -> dict[str, Any] | None:
    """The receipt of a redemption of so many ``points`` (above zero), of which only ``available`` were there. It
    stands as it is where they all were, or where nobody explained it."""
    if receipt is None or points <= available:
        return receipt
    line = {**_line("SHORTFALL", points - available), "detail": str(available)}
    return {**receipt, "lines": [*receipt.get("lines", ()), line]}


def _line(code: str, points: int, detail: str = "") -> dict[str, Any]:
    line = {"code": code, "points": points}
    return {**line, "detail": str(detail)} if detail else line


def _receipt(kind: str, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"kind": str(kind), "points": sum(line["points"] for line in lines), "lines": list(lines)}
