"""``reassess_tier``: bring an account's tier to what it has earned or spent, by the rules that are published now."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import emit
from ..events.catalogue import TIER_CHANGED
from ..events.waking import mirror_movements
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount, TierChange, TierStatus
from ..programs import ActiveProgram, program_for_account
from ..rules import (
    NO_TIER,
    ProgramRules,
    TierAssessment,
    TierStanding,
    TierStep,
    assess_tier,
    steps_until,
)
from .qualifying import counts_since, read_qualifying
from .stored import amounts_to_json, outlook_from_json, outlook_to_json, stored_standing

REVERSED, RULES_CHANGED = "REVERSED", "RULES_CHANGED"


def reassess_tier(account_id: int, *, at: datetime.datetime, cause: str = REVERSED) -> str | None:
    """Judge the account anew, note every change since the last look, and what time alone will change.

    What time has changed since the last look counts from its own moment, however late this runs. A guest has no tier
    before joining; a closed account keeps what it had. Where the program has no tiers, and the account has none,
    nothing is read or written beyond the account and its program.

    Args:
        cause: why a tier that time alone would not have taken is not reached any more: REVERSED, or RULES_CHANGED
            after other rules were published.
    Returns the key of the tier, empty for none; None where there is no such account.
    Locks / writes: opens an atomic block; the account. Idempotent.
    Cost: two statements in a program without tiers, at most eleven where something changes, one more for each step of
    merges.
    """
    with transaction.atomic():
        account = loyalty_account_qs_select_for_update().filter(pk=account_id).first()
        if account is None:
            return None
        program = program_for_account(account)
        if program is None or account.user_id is None or account.status in ENDED_ACCOUNT_STATUSES:
            return account.tier_key
        if not program.rules.tiers and not account.tier_key:
            return ""
        _reassess(account, program, at=at, cause=cause)
        return account.tier_key


def reassess_tier_under(rules: ProgramRules, account_id: int | None, *, at: datetime.datetime) -> None:
    """As ``reassess_tier``, where the rules have tiers and there is an account; else no statement is sent."""
    if rules.tiers and account_id is not None:
        reassess_tier(account_id, at=at)


def reassess_if_held(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """As ``reassess_tier``, after something was taken back from an account: one without a tier has none to lose, and
    no statement is sent."""
    if account.tier_key:
        reassess_tier(account.pk, at=at)


def _reassess(account: LoyaltyAccount, program: ActiveProgram, *, at: datetime.datetime, cause: str) -> None:
    status = TierStatus.objects.filter(account=account).first()
    at = at if status is None else max(at, status.reviewed_at)
    standing = stored_standing(account.tier_key, status)
    passed = steps_until(outlook_from_json(status.outlook if status is not None else []), at=at)
    standing = passed[-1].standing if passed else standing
    found = judge_account(account.pk, standing, rules=program.rules, at=at, cause=cause)
    if status is None and found.standing == NO_TIER and not any(found.qualifying.values()):
        return
    steps = [*passed, TierStep(at=at, standing=found.standing, reason=found.reason)]
    changes = _changes(account, steps, found=found, version_id=program.version_id, at=at)
    TierChange.objects.bulk_create(changes)
    _store(account, status, found, at=at)
    for change in changes:
        emit(
            TIER_CHANGED,
            program_id=account.program_id,
            account_id=account.pk,
            payload={
                "account": account.pk,
                "user": account.user_id,
                "from": change.from_key or None,
                "to": change.to_key or None,
                "reason": str(change.reason),
                "changedAt": change.changed_at,
            },
            at=at,
            occurred_at=change.changed_at,
        )
    if changes:
        mirror_movements(account.pk, order_ids=set())


def judge_account(
    account_id: int, standing: TierStanding, *, rules: ProgramRules, at: datetime.datetime, cause: str
) -> TierAssessment:
    """Return what is found of an account that has come to ``standing``. Reads only: one statement for tiers by money,
    four for tiers by points, and one for each step of merges."""
    entries = read_qualifying([account_id], rules=rules, since=read_since(standing, rules=rules, at=at))
    return assess_tier(standing, entries.get(account_id, []), rules=rules, at=at, cause=cause)


def read_since(standing: TierStanding, *, rules: ProgramRules, at: datetime.datetime) -> datetime.datetime | None:
    """Return from when on things can matter to a judgement at ``at``; None: from ever."""
    is_promised = standing.kept_until is not None and standing.kept_until > at
    return counts_since(rules, moment=standing.since if is_promised and standing.since is not None else at)


def _changes(
    account: LoyaltyAccount,
    steps: list[TierStep],
    *,
    found: TierAssessment,
    version_id: int,
    at: datetime.datetime,
) -> list[TierChange]:
    changes, before = [], account.tier_key
    for step in steps:
        if step.standing.tier != before:
            changes.append(
                TierChange(
                    account=account,
                    from_key=before,
                    to_key=step.standing.tier,
                    reason=step.reason,
                    qualifying=amounts_to_json(found.qualifying),
                    program_version_id=version_id,
                    changed_at=step.at,
                    created_at=at,
                )
            )
            before = step.standing.tier
    return changes


def _store(
    account: LoyaltyAccount, status: TierStatus | None, found: TierAssessment, *, at: datetime.datetime
) -> None:
    standing = found.standing
    if account.tier_key != standing.tier:
        account.tier_key = standing.tier
        account.save(update_fields=["tier_key"])
    values = {
        "since": standing.since,
        "kept_until": standing.kept_until,
        "requirement": amounts_to_json(standing.requirement) or None,
        "grace_until": standing.grace_until,
        "grace_reason": standing.grace_reason,
        "qualifying": amounts_to_json(found.qualifying),
        "outlook": outlook_to_json(found.outlook),
        "next_review_at": found.outlook[0].at if found.outlook else None,
    }
    if status is None:
        TierStatus.objects.create(account=account, reviewed_at=at, **values)
    elif any(getattr(status, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(status, name, value)
        status.reviewed_at = at
        status.save(force_update=True)
