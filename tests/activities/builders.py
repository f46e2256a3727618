"""Rules for activities, events that happen, and what came of them."""

from __future__ import annotations

import datetime
import itertools

from saleor_loyalty.accounts import EventReport, report_event
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyProgram, LoyaltyTransaction, ReportedEvent, RuleEarning
from saleor_loyalty.programs import create_program, publish_draft, update_draft
from tests import club

APP = Actor("APP", 3)
DAY = datetime.timedelta(days=1)
_keys = itertools.count()


def activity(event="REVIEW_APPROVED", points=50, *, key="", **more):
    return {"key": key or event.lower().replace("_", "-"), "event": event, "points": points, **more}


def cap(points, period="EVER"):
    return {"points": points, "period": period}


def publish(*activities, at=None, slug="club", **parts):
    """Publish the rules an hour ago, so that what happens now happens under them."""
    at = at or club.now() - club.HOUR
    program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(name="Club", slug=slug, at=at)
    update_draft(program.pk, data=club.rules(activities=list(activities), **parts), at=at)
    publish_draft(program.pk, at=at)
    program.refresh_from_db()
    return program


def report(program, name="REVIEW_APPROVED", *, key=None, at=None, **values):
    """Report an event and return it as it is stored."""
    if not {"account_id", "user_id", "email"} & values.keys():
        values["email"] = "guest@example.com"
    reported = report_event(
        program.pk,
        report=EventReport(name=name, **values),
        idempotency_key=key or f"report-{next(_keys)}",
        actor=APP,
        at=at or club.now(),
    )
    return ReportedEvent.objects.get(pk=reported.event.pk)


def reasons(event):
    """Return what the event's receipt says: (code, rule, points, detail) of each line."""
    return [(line["code"], line["rule_key"], line["points"], line["detail"]) for line in event.receipt["lines"]]


def awards():
    """Return all awards: (source, points, reason)."""
    rows = LoyaltyTransaction.objects.filter(type="EARN").order_by("pk")
    return [(row.source, row.points, row.text.reason) for row in rows.select_related("text")]


def earnings():
    return list(RuleEarning.objects.order_by("pk").values_list("rule_key", "points"))
