"""``report_event``: an app or staff says that something happened with a customer; exactly once.

The one way in for events from outside. It records the event on the customer's account, puts the automatic label on the
card of those that have one, and awards what the rules give for it, all in one atomic block and once for each event.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction

from ..activities import award_event, lock_person
from ..activities.note_event import PREFIX
from ..cards import assign_labels, open_automatic_label
from ..errors import (
    AccountClosed,
    AccountNotFound,
    IdempotencyConflict,
    LimitReached,
    LoyaltyException,
    ProgramNotFound,
)
from ..ledger import Actor, check_key
from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount, LoyaltyProgram, ProgramStatus, ReportedEvent
from .events_reported import (
    AUTOMATIC_LABELS,
    EVENTS_PER_HOUR_MAX,
    check_email,
    check_event_name,
    check_occurred_at,
    check_payload,
    check_reference,
)
from .target import AccountTarget, open_for_email, open_target

_HOUR = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EventReport:
    """What is reported: about exactly one of an account, a user and an e-mail address."""

    name: str
    account_id: int | None = None
    user_id: int | None = None
    email: str | None = None
    external_reference: str = ""
    occurred_at: datetime.datetime | None = None
    payload: Any = None

    def __post_init__(self) -> None:
        if [self.account_id, self.user_id, self.email].count(None) != 2:
            raise ValueError("name exactly one of the account, the user and the e-mail address")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ReportedOnce:
    event: ReportedEvent
    is_new: bool
    """False where the same report came before, and its event is returned."""


def report_event(
    program_id: int, *, report: EventReport, idempotency_key: str, actor: Actor, at: datetime.datetime
) -> ReportedOnce:
    """Record the event on the customer's account, which is opened if need be, put the event's label on the card, and
    award the points that it earns.

    An e-mail address means the user who has it, else a visitor, who gets a card of their own. What a visitor earns
    waits until the visitor has joined. An event that earns nothing is recorded as any other, with the reason.

    Raises, in this order:
        LoyaltyException (INVALID): about ``event``, ``externalReference``, ``occurredAt``, ``payload``, ``email`` or
            ``idempotencyKey``.
        ProgramNotFound: there is no such program that is not archived.
        IdempotencyConflict: the key stands for another report.
        AccountNotFound: the program has no such account, or the host no such user.
        AccountClosed: the account is closed or anonymized.
        LimitReached: 100 events were reported about the account within the hour before.

    Locks: the account and the same person's others, then its lots, then the label. Idempotency: by key within the
    program; of an event that was erased only the key is compared. Cost: a constant number of statements, and those of
    each award.
    """
    report = _checked(report, at=at)
    check_key(idempotency_key)
    if idempotency_key.startswith(PREFIX):
        raise LoyaltyException(f"No key of a report begins with {PREFIX}", field="idempotencyKey")
    request_hash = _hash(report)
    program = LoyaltyProgram.objects.exclude(status=ProgramStatus.ARCHIVED).filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound

    def stored() -> ReportedOnce | None:
        return _find_stored(program.pk, idempotency_key=idempotency_key, request_hash=request_hash)

    try:
        with transaction.atomic():
            found = stored()
            if found is not None:
                return found
            account = _lock(_open(program, report, at=at), program=program)
            # What was reported while this waited for the lock.
            found = stored()
            if found is not None:
                return found
            _refuse_flood(account, at=at)
            event = ReportedEvent.objects.create(
                program=program,
                account=account,
                name=report.name,
                external_reference=report.external_reference,
                payload=report.payload,
                occurred_at=report.occurred_at or at,
                created_at=at,
                actor_kind=actor.kind,
                actor_id=actor.id,
                idempotency_key=idempotency_key,
                request_hash=request_hash,
            )
            award_event(event, account=account, at=at)
            _put_label(event, at=at)
            return ReportedOnce(event=event, is_new=True)
    except IntegrityError:
        # The same key at once, about another account.
        found = stored()
        if found is None:
            raise
        return found


def _checked(report: EventReport, *, at: datetime.datetime) -> EventReport:
    check_event_name(report.name)
    check_reference(report.external_reference)
    if report.occurred_at is not None:
        check_occurred_at(report.occurred_at, at=at)
    check_payload(report.payload)
    if report.email is None:
        return report
    check_email(report.email)
    return dataclasses.replace(report, email=report.email.strip())


def _hash(report: EventReport) -> str:
    occurred_at = report.occurred_at and report.occurred_at.astimezone(datetime.UTC).isoformat()
    email = report.email and report.email.lower()
    content = {**dataclasses.asdict(report), "occurred_at": occurred_at, "email": email}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _find_stored(program_id: int, *, idempotency_key: str, request_hash: str) -> ReportedOnce | None:
    events = ReportedEvent.objects.select_related("account")
    event = events.filter(program_id=program_id, idempotency_key=idempotency_key).first()
    if event is None:
        return None
    if event.request_hash not in ("", request_hash):
        raise IdempotencyConflict
    return ReportedOnce(event=event, is_new=False)


def _open(program: LoyaltyProgram, report: EventReport, *, at: datetime.datetime) -> int:
    if report.account_id is not None:
        return report.account_id
    if report.email is not None:
        return open_for_email(report.email, program=program, at=at)
    return open_target(AccountTarget(user_id=report.user_id, program_id=program.pk), at=at)


def _lock(account_id: int, *, program: LoyaltyProgram) -> LoyaltyAccount:
    account = lock_person(account_id)
    if account is None or account.program_id != program.pk:
        raise AccountNotFound
    if account.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
    return account


def _refuse_flood(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    recent = ReportedEvent.objects.filter(account=account, created_at__gt=at - _HOUR)
    if recent[:EVENTS_PER_HOUR_MAX].count() >= EVENTS_PER_HOUR_MAX:
        raise LimitReached(
            f"{EVENTS_PER_HOUR_MAX} events were reported about the account within an hour.", field="account"
        )


def _put_label(event: ReportedEvent, *, at: datetime.datetime) -> None:
    if event.name not in AUTOMATIC_LABELS:
        return
    key, name = AUTOMATIC_LABELS[event.name]
    label = open_automatic_label(event.program_id, key=key, name=name, at=at)
    assign_labels([event.account_id], label_ids=[label.pk], actor=Actor(), at=at)
