"""Points moved by hand, by staff or by an app: give, deduct, set, and taking one of these back.

It adds to the ledger's verbs what only holds for what is done by hand: the sources to choose from, and the program's
limit of one operation (``manual.maxPointsPerOperation`` of the published rules). It judges no permission.
"""

from __future__ import annotations

import datetime
from typing import Any

from .. import ledger
from ..errors import InsufficientPoints, LoyaltyException
from ..ledger import Actor, Posting, ReversalResult
from ..models import LoyaltyAccount, LoyaltyProgram, Source
from ..programs import lasting_of, load_version
from ..rules import ProgramRules

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


def limit_of_program(program_id: int) -> int | None:
    """Return the most points that one operation by hand may move in the program, as published; None: any number.

    Cost: one statement, and one more for a version that this process has not seen.
    """
    rules = _rules(LoyaltyProgram.objects.filter(pk=program_id).values_list("published_version_id", flat=True).first())
    return rules.manual.max_points_per_operation if rules else None


def limit_of_account(account_id: int) -> int | None:
    """As ``limit_of_program``, for the program of an account; None also where there is no such account."""
    rules = _rules_of_account(account_id)
    return rules.manual.max_points_per_operation if rules else None


def _rules_of_account(account_id: int) -> ProgramRules | None:
    accounts = LoyaltyAccount.objects.filter(pk=account_id)
    return _rules(accounts.values_list("program__published_version_id", flat=True).first())


def _rules(version_id: int | None) -> ProgramRules | None:
    return None if version_id is None else load_version(version_id).rules


def give_by_hand(account_id: int, *, at: datetime.datetime, source: str = "MANUAL", **values: Any) -> Posting:
    """Give points as ``ledger.give_points`` does; without ``expires_at`` they last as the program's policy says.

    Raises LoyaltyException about ``source`` too, first of all.
    """
    check_source_by_hand(source)
    rules = _rules_of_account(account_id)
    return ledger.give_points(
        account_id,
        at=at,
        source=source,
        limit=rules.manual.max_points_per_operation if rules else None,
        lasting=lasting_of(rules, channel="", at=at) if rules else None,
        **values,
    )


def deduct_by_hand(account_id: int, *, source: str = "MANUAL", **values: Any) -> Posting:
    """Deduct points as ``ledger.deduct_points`` does. Raises LoyaltyException about ``source`` too, first of all."""
    check_source_by_hand(source)
    return ledger.deduct_points(account_id, source=source, limit=limit_of_account(account_id), **values)


def set_by_hand(account_id: int, *, at: datetime.datetime, source: str = "MANUAL", **values: Any) -> Posting:
    """Set what is available as ``ledger.set_available`` does; what is given lasts as the program's policy says.

    Raises LoyaltyException about ``source`` too, first of all.
    """
    check_source_by_hand(source)
    rules = _rules_of_account(account_id)
    return ledger.set_available(
        account_id,
        at=at,
        source=source,
        limit=rules.manual.max_points_per_operation if rules else None,
        lasting=lasting_of(rules, channel="", at=at) if rules else None,
        **values,
    )


def reverse_by_hand(
    transaction_id: int, *, at: datetime.datetime, idempotency_key: str, actor: Actor, reason: str, internal_note: str
) -> ReversalResult:
    """Take one movement back as ``ledger.reverse_transaction`` does. It is not held to the limit.

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
    return result
