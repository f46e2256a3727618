"""``award_event``: an event is judged by the rules that were in force when it happened, and its points are awarded.

It never records events and never opens accounts. Enforced: once for each rule and event, and for each rule and
reference (unique constraints of ``RuleEarning``); caps by the locks on the person's accounts, which the caller holds.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib

from django.db import IntegrityError, transaction

from ..basket import CustomerFacts
from ..errors import InvalidPoints
from ..host import get_host
from ..ledger import award_points
from ..memberships import read_customer_words
from ..models import EventState, LoyaltyAccount, ReportedEvent, RuleEarning
from ..programs import ActiveProgram, VersionInForce, lasting_of, load_version, program_for_account, version_in_force
from ..rules import (
    Activity,
    ActivityRule,
    ProgramRules,
    Receipt,
    ReceiptLine,
    activity_rules,
    judge_activity,
    program_time_zone,
    receipt_of_rule,
    receipt_to_json,
)
from ..tiers import reassess_tier_under
from .earned_before import read_earned

ATTEMPTS_MAX = 20
"""More often than an event has rules: each attempt that fails has met one reference that another event just used."""


def award_event(
    event: ReportedEvent,
    *,
    account: LoyaltyAccount,
    at: datetime.datetime,
    in_force: VersionInForce | None = None,
) -> None:
    """Judge the event, award what it earns, and keep the receipt with it. The caller has locked the account and
    the same person's others (``lock_person``), in an atomic block.

    An event that no rule looks at stays as it is. While the operator has switched the host's plugin off it waits. The
    points of whoever has not joined wait for that; they last as the program's policy says, and no longer for the
    customer's being active in this way.

    Args:
        in_force: the version to judge by, where that is known; else the one that the event keeps, else the one that
            was in force when it happened.

    Locks: the account's lots. Idempotency: an event that was judged is left alone.
    Cost: one statement where no rule looks at it; else a constant number and those of each award.
    """
    if event.state == EventState.JUDGED:
        return
    in_force = in_force or _version_of(event)
    rules = activity_rules(in_force.version.rules, event.name) if in_force is not None else ()
    if in_force is None or not rules:
        return
    if not get_host().is_active():
        event.state = EventState.WAITING
        event.save(update_fields=["state"])
        return
    event.state = EventState.JUDGED
    event.program_version_id = in_force.version.version_id
    if in_force.is_paused:
        receipt = _nothing(in_force.version, "PROGRAM_INACTIVE", "PAUSED")
    else:
        customer = _customer_of(account, version=in_force.version, rules=rules, at=event.occurred_at)
        activity = Activity(
            event=event.name,
            occurred_at=event.occurred_at,
            customer=customer,
            registered_before=event.registered_before,
            came_before=event.came_before,
        )
        receipt = _judge_and_award(event, account, activity, version=in_force.version, rules=rules, at=at)
    event.points, event.receipt = receipt.points, receipt_to_json(receipt)
    event.save(update_fields=["state", "program_version_id", "points", "receipt"])


def _version_of(event: ReportedEvent) -> VersionInForce | None:
    then = version_in_force(event.program_id, at=event.occurred_at)
    if then is None or event.program_version_id in (None, then.version.version_id):
        return then
    return dataclasses.replace(then, version=load_version(event.program_version_id))


def _judge_and_award(
    event: ReportedEvent,
    account: LoyaltyAccount,
    activity: Activity,
    *,
    version: ActiveProgram,
    rules: tuple[ActivityRule, ...],
    at: datetime.datetime,
) -> Receipt:
    for _ in range(ATTEMPTS_MAX):
        seen = dataclasses.replace(activity, used_by=_used_by(event, rules))
        receipt = judge_activity(seen, rules=version.rules, program_version=version.version_number)
        if receipt is None or not receipt.points:
            return receipt or _nothing(version, "OUTSIDE_WINDOW")
        try:
            with transaction.atomic():
                _award(event, account, receipt=receipt, version=version, activity=activity, at=at)
                _follow_tier(account, judged_by=version.rules, at=at)
            return receipt
        except InvalidPoints:
            return _nothing(version, "LIMIT_REACHED", "ACCOUNT")
        except IntegrityError:
            # Another customer's event used the reference in the meantime: now it is there to be read.
            continue
    raise RuntimeError(f"the references of event {event.pk} are used again and again")


def _follow_tier(account: LoyaltyAccount, *, judged_by: ProgramRules, at: datetime.datetime) -> None:
    """Judge the tier anew by the rules that are published now: an event from before may be judged by others."""
    published = program_for_account(account) if not judged_by.tiers else None
    reassess_tier_under(published.rules if published is not None else judged_by, account.pk, at=at)


def _award(
    event: ReportedEvent,
    account: LoyaltyAccount,
    *,
    receipt: Receipt,
    version: ActiveProgram,
    activity: Activity,
    at: datetime.datetime,
) -> None:
    for rule in activity_rules(version.rules, event.name):
        own = receipt_of_rule(receipt, rule.key)
        if not own.points:
            continue
        days = version.rules.pending_days if rule.pending_days is None else rule.pending_days
        available_at = at + datetime.timedelta(days=days)
        lasting = lasting_of(version.rules, channel="", at=available_at)
        posting = award_points(
            account.pk,
            points=own.points,
            at=at,
            idempotency_key=f"event:{event.pk}:{rule.key}",
            order_id="",
            program_version=version.version_id,
            channel_slug="",
            receipt=receipt_to_json(own),
            available_at=available_at if activity.customer.member_status == "MEMBER" else None,
            expires_at=lasting.until,
            source=rule.points_source,
            occurred_at=min(event.occurred_at, at),
            lasts_while_active=lasting.while_active,
            is_activity=False,
            reason=rule.name,
        )
        RuleEarning.objects.create(
            program_id=event.program_id,
            account=account,
            rule_key=rule.key,
            points=own.points,
            occurred_at=event.occurred_at,
            event=event,
            transaction=posting.transaction,
            reference_digest=_digest(event) if rule.once_per_reference else "",
            created_at=at,
        )


def _customer_of(
    account: LoyaltyAccount, *, version: ActiveProgram, rules: tuple[ActivityRule, ...], at: datetime.datetime
) -> CustomerFacts:
    """Return what the rules ask of the customer. Of a guest, whose address anybody may type, only what was earned."""
    earned = read_earned(account.pk, rules=rules, at=at, time_zone=program_time_zone(version.rules))
    facts = get_host().users([account.user_id]).get(account.user_id) if account.user_id is not None else None
    if facts is None:
        return CustomerFacts(earned=earned)
    customer = CustomerFacts(user_id=facts.id, member_status=facts.member_status, earned=earned)
    needed = frozenset().union(*(rule.conditions.words_needed for rule in rules))
    if not needed:
        return customer
    words = read_customer_words([facts.id], program_id=version.program_id, needed=needed, at=at)
    return words[facts.id].put_on(customer)


def _used_by(event: ReportedEvent, rules: tuple[ActivityRule, ...]) -> frozenset[str]:
    once = [rule.key for rule in rules if rule.once_per_reference]
    digest = _digest(event)
    if not once or not digest:
        return frozenset()
    used = RuleEarning.objects.filter(program_id=event.program_id, rule_key__in=once, reference_digest=digest)
    return frozenset(used.values_list("rule_key", flat=True))


def _digest(event: ReportedEvent) -> str:
    """Return what stands for the reference: of events of another name the same reference is another thing."""
    if not event.external_reference:
        return ""
    return hashlib.sha256(f"{event.name}:{event.external_reference}".encode()).hexdigest()


def _nothing(version: ActiveProgram, code: str, detail: str = "") -> Receipt:
    rules = version.rules
    return Receipt(
        kind="EARN",
        points=0,
        currency=rules.channels[0].currency if rules.channels else "",
        program_version=version.version_number,
        lines=(ReceiptLine(code, detail=detail),),
    )
