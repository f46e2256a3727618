"""Points moved by hand, by staff or by an app: give, deduct, set, and taking one of these back.

It adds to the ledger's verbs what only holds for what is done by hand: the sources to choose from, and the program's
limit of one operation (``manual.maxPointsPerOperation`` of the published rules). It judges no permission.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from .. import ledger
from ..errors import InsufficientPoints, LoyaltyException
from ..ledger import Actor, CheckedGift, Lasting, Posting, ReversalResult
from ..models import LoyaltyAccount, LoyaltyProgram, Source
from ..programs import lasting_of, load_version
from ..tiers import reassess_if_held

SOURCES_BY_HAND = (
    Source.MANUAL,
    Source.OFFLINE,
    Source.PROMOTION,
    Source.THANK_YOU,
    Source.VIP,
    Source.BIRTHDAY,
    Source.REVIEW,
    Source.COMMENT,
    Source.FEEDBACK,
    Source.SOCIAL,
    Source.REFERRAL,
    Source.CUSTOM,
)
"""The others say what the program itself found out: orders, plans, tiers, imports."""


def check_source_by_hand(source: str) -> str:
    """Return the source. Raises LoyaltyException about ``source`` where it is not to be chosen by hand."""
    if source not in SOURCES_BY_HAND:
        allowed = ", ".join(SOURCES_BY_HAND)
        raise LoyaltyException(f"This source is not chosen by hand; choose one of {allowed}.", field="source")
    return str(source)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandTerms:
    """What a program's published rules say of points by hand at a moment. Without a published version nothing."""

    limit: int | None = None
    """The most points that one operation may move; None: any number."""
    lasting: Lasting | None = None
    """How long points last that have no date of their own."""


def terms_of_program(program_id: int, *, at: datetime.datetime) -> HandTerms:
    """Return the terms as published. Cost: one statement, and one more for a version that is new to the process."""
    programs = LoyaltyProgram.objects.filter(pk=program_id)
    return _terms(programs.values_list("published_version_id", flat=True).first(), at=at)


def limit_of_program(program_id: int, *, at: datetime.datetime) -> int | None:
    """Return the most points that one operation by hand may move in the program. Cost: as ``terms_of_program``."""
    return terms_of_program(program_id, at=at).limit


def _terms_of_account(account_id: int, *, at: datetime.datetime) -> HandTerms:
    """Return the terms of the account's program; none also where there is no such account."""
    accounts = LoyaltyAccount.objects.filter(pk=account_id)
    return _terms(accounts.values_list("program__published_version_id", flat=True).first(), at=at)


def _terms(version_id: int | None, *, at: datetime.datetime) -> HandTerms:
    if version_id is None:
        return HandTerms()
    rules = load_version(version_id).rules
    return HandTerms(limit=rules.manual.max_points_per_operation, lasting=lasting_of(rules, channel="", at=at))


def give_by_hand(
    account_id: int, *, at: datetime.datetime, source: str = "MANUAL", terms: HandTerms | None = None, **values: Any
) -> Posting:
    """Give points as ``ledger.give_points`` does; without ``expires_at`` they last as the program's policy says.

    ``terms``: of the account's program, by whoever has them for many accounts; else they are looked up, which costs
    one statement more than the ledger's verb. So it is with the others here.

    Raises LoyaltyException about ``source`` too, first of all.
    """
    check_source_by_hand(source)
    terms = terms or _terms_of_account(account_id, at=at)
    return ledger.give_points(account_id, at=at, source=source, limit=terms.limit, lasting=terms.lasting, **values)


def check_gift_by_hand(
    account_id: int, *, at: datetime.datetime, source: str, terms: HandTerms, **values: Any
) -> CheckedGift:
    """Return what ``give_by_hand`` would give, for ``ledger.give_to_many``: checked as ``ledger.check_gift`` does.

    Raises LoyaltyException about ``source`` too, first of all.
    """
    check_source_by_hand(source)
    return ledger.check_gift(account_id, at=at, source=source, limit=terms.limit, lasting=terms.lasting, **values)


def deduct_by_hand(
    account_id: int, *, at: datetime.datetime, source: str = "MANUAL", terms: HandTerms | None = None, **values: Any
) -> Posting:
    """Deduct points as ``ledger.deduct_points`` does. Raises LoyaltyException about ``source`` too, first of all."""
    check_source_by_hand(source)
    terms = terms or _terms_of_account(account_id, at=at)
    return ledger.deduct_points(account_id, at=at, source=source, limit=terms.limit, **values)


def set_by_hand(account_id: int, *, at: datetime.datetime, source: str = "MANUAL", **values: Any) -> Posting:
    """Set what is available as ``ledger.set_available`` does; what is given lasts as the program's policy says.

    Raises LoyaltyException about ``source`` too, first of all.
    """
    check_source_by_hand(source)
    terms = _terms_of_account(account_id, at=at)
    return ledger.set_available(account_id, at=at, source=source, limit=terms.limit, lasting=terms.lasting, **values)


def reverse_by_hand(
    transaction_id: int, *, at: datetime.datetime, idempotency_key: str, actor: Actor, reason: str, internal_note: str
) -> ReversalResult:
    """Take one movement back as ``ledger.reverse_transaction`` does, and judge the tier that it may have counted for.
    It is not held to the limit.

    Raises InsufficientPoints too, where of the points that were given nothing is left to take.
    """
    result = ledger.reverse_transaction(
        transaction_id,
        at=at,
        idempotency_key=idempotency_key,
        actor=actor,
        reason=reason,
        internal_note=internal_note,
    )
    if result.posting is None:
        raise InsufficientPoints(requested=result.unrecovered_points, available=0, field="id")
    reassess_if_held(result.posting.account, at=at)
    return result
