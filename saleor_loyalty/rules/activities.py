"""Activities: an event and the rules give a receipt.

Each rule for the event gives its points once, within the customer's caps; the rule of highest priority goes first, and
one that gave something may stop those below it. Pure: no clock, no database; what was earned before and whether the
reference was used comes in as facts. Held by ``tests/rules/test_activities.py``.

Codes, besides those of ``receipt``:

    LIMIT_REACHED     of a rule; the customer has got all that it gives; detail: the period and its cap, DAY/50
    ALREADY_EARNED    of a rule; what the event is about (its reference, the year's birthday) has earned before
    STOPPED           of a rule; detail: the key of the rule above it that let none below it count
    REGISTERED_BEFORE of a rule for joining; the customer registered before it was in force
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from decimal import Decimal

from ..basket import CustomerFacts
from .caps import room_left
from .document import ActivityRule, ProgramRules
from .document.timing import outside_window
from .receipt import Receipt, ReceiptLine

UTC = "UTC"


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One event, as the rules see it."""

    event: str
    occurred_at: datetime.datetime
    customer: CustomerFacts
    """As of ``occurred_at``."""
    used_by: frozenset[str] = frozenset()
    """The keys of the rules that gave points for the same reference before."""
    came_before: bool = False
    """Of a birthday: whether the customer was paid for one in the same year, or in the half year before."""
    registered_before: bool = False
    """Of an event of joining: whether the customer registered before the rules were in force."""


def activity_rules(rules: ProgramRules, event: str) -> tuple[ActivityRule, ...]:
    """Return the rules for an event, the highest priority first, then by key."""
    return tuple(
        sorted((rule for rule in rules.activities if rule.event == event), key=lambda rule: (-rule.priority, rule.key))
    )


def program_time_zone(rules: ProgramRules) -> str:
    """Return the zone whose days count for what belongs to no channel: the first channel's."""
    return rules.channels[0].time_zone if rules.channels else UTC


def judge_activity(activity: Activity, *, rules: ProgramRules, program_version: int | None = None) -> Receipt | None:
    """Return what the event earns; None where no rule looks at it.

    Returns a receipt of kind EARN. Its RULE_APPLIED lines carry the points of each rule that gave some. Its currency
    is that of the program's first channel: it is about no money.
    """
    found = activity_rules(rules, activity.event)
    if not found:
        return None
    refusal = _refusal(activity, rules)
    lines = [refusal] if refusal is not None else _judge(activity, found, time_zone=program_time_zone(rules))
    applied = {line.rule_key for line in lines if line.code == "RULE_APPLIED"}
    return Receipt(
        kind="EARN",
        points=sum(line.points for line in lines if line.code == "RULE_APPLIED"),
        currency=rules.channels[0].currency if rules.channels else "",
        program_version=program_version,
        rule_keys=tuple(rule.key for rule in rules.activities if rule.key in applied),
        lines=tuple(lines),
    )


def receipt_of_rule(receipt: Receipt, rule_key: str) -> Receipt:
    """Return the part of an event's receipt that is about one rule: what its points are explained by."""
    lines = tuple(line for line in receipt.lines if line.rule_key == rule_key)
    points = sum(line.points for line in lines if line.code == "RULE_APPLIED")
    return dataclasses.replace(receipt, points=points, rule_keys=(rule_key,), lines=lines)


def _refusal(activity: Activity, rules: ProgramRules) -> ReceiptLine | None:
    if not rules.is_current(activity.occurred_at):
        return ReceiptLine("PROGRAM_INACTIVE", detail="DATES")
    if rules.guest_earning == "NONE" and activity.customer.member_status != "MEMBER":
        return ReceiptLine("GUEST_NOT_ELIGIBLE")
    return None


def _judge(activity: Activity, found: tuple[ActivityRule, ...], *, time_zone: str) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    stopped_by = ""
    for rule in found:
        if stopped_by:
            lines.append(ReceiptLine("STOPPED", rule_key=rule.key, detail=stopped_by))
            continue
        reasons = _lines_of(rule, activity, time_zone=time_zone)
        lines.extend(reasons)
        if rule.stop_processing and reasons[0].code == "RULE_APPLIED":
            stopped_by = rule.key
    return lines


def _lines_of(rule: ActivityRule, activity: Activity, *, time_zone: str) -> list[ReceiptLine]:
    """Return why the rule gives nothing, or what it gives and what kept it from more."""
    outside = outside_window(rule, at=activity.occurred_at, time_zone=time_zone)
    if outside:
        return [ReceiptLine("OUTSIDE_WINDOW", rule_key=rule.key, detail=outside)]
    if activity.registered_before and rule.is_for_joining and not rule.includes_earlier_customers:
        return [ReceiptLine("REGISTERED_BEFORE", rule_key=rule.key)]
    failing = rule.conditions.failing(activity.customer)
    if failing:
        return [ReceiptLine("CONDITION_NOT_MET", rule_key=rule.key, detail=failing)]
    if activity.came_before or (rule.once_per_reference and rule.key in activity.used_by):
        return [ReceiptLine("ALREADY_EARNED", rule_key=rule.key)]
    room = room_left(rule.customer_caps, activity.customer.earned_by(rule.key))
    given = rule.points if room is None else min(rule.points, room.points)
    detail = "" if room is None else room.detail
    if not given:
        return [ReceiptLine("LIMIT_REACHED", rule_key=rule.key, detail=detail)]
    applied = ReceiptLine("RULE_APPLIED", None, rule.key, Decimal(0), given, f"fixed/{rule.points}")
    if given == rule.points:
        return [applied]
    return [applied, ReceiptLine("CAPPED", None, rule.key, Decimal(0), given, detail)]
