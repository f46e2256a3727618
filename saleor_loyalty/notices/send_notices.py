"""Sending what was noted: through the host's own notifications, and by an e-mail of our own where the shop wants it.

At least once: a notice is marked after it was sent. One that fails is logged, kept and tried again, up to
``ATTEMPTS`` times and as long as what it tells of is still to come. One that is no longer so when its turn comes, or
whose customer has gone, is marked and nobody is told.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Model, QuerySet

from .. import app_settings
from ..host import UserFacts, get_host
from ..lock_objects import expiry_notice_qs_select_for_update, membership_notice_qs_select_for_update
from ..messages import render
from ..models import ExpiryNotice, LoyaltyProgram, MembershipNotice
from ..programs import load_version
from ..rules import ProgramRules
from .letters import Letter, membership_letter, points_letter

logger = logging.getLogger(__name__)

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """One table of notices."""

    model: type[Model]
    locked: Callable[..., QuerySet[Any]]
    owner: str
    """The way to the program."""
    to_come: Callable[[datetime.datetime], Mapping[str, Any]]
    """The condition that what they tell of is still to come."""
    letter: Callable[..., Letter | None]


_KINDS = (
    _Kind(
        model=ExpiryNotice,
        locked=expiry_notice_qs_select_for_update,
        owner="account__program",
        to_come=lambda at: {"expires_at__gt": at},
        letter=points_letter,
    ),
    _Kind(
        model=MembershipNotice,
        locked=membership_notice_qs_select_for_update,
        owner="membership__account__program",
        # Days begin earlier in the east, where it is over by its own time zone: the letter looks at that.
        to_come=lambda at: {"ends_on__gte": at.astimezone(datetime.UTC).date()},
        letter=membership_letter,
    ),
)


def send_notices(*, at: datetime.datetime, limit: int) -> int:
    """Send at most ``limit`` notices of each kind that were not sent yet; returns how many were.

    Locks: one notice at a time; one that another session sends is left to it. Idempotency: what was sent is marked.
    """
    count = 0
    for kind in _KINDS:
        waiting = waiting_notices(kind.model, at=at).filter(attempts__lt=ATTEMPTS)
        for pk in list(waiting.order_by("pk").values_list("pk", flat=True)[:limit]):
            count += _send_one(kind, pk, at=at)
    return count


def waiting_notices(model: type[Model], *, at: datetime.datetime) -> QuerySet[Any]:
    """Return the notices of this table that were not sent and are not too late, also those that were given up."""
    [kind] = [kind for kind in _KINDS if kind.model is model]
    return model._default_manager.filter(sent_at__isnull=True, **kind.to_come(at))


def _send_one(kind: _Kind, notice_id: int, *, at: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            locked = kind.locked(skip_locked=True).select_related(kind.owner)
            notice = locked.filter(pk=notice_id, sent_at__isnull=True).first()
            if notice is None:
                return False
            letter = kind.letter(notice, at=at)
            if letter is not None:
                tell(letter, by_email=app_settings.EXPIRY_EMAILS)
            notice.sent_at = at
            notice.save(update_fields=["sent_at"])
            return True
    except Exception:
        # A mail server or an app that fails must not keep the other customers from being told.
        logger.exception("%s %s could not be sent.", kind.model.__name__, notice_id)
        kind.model._default_manager.filter(pk=notice_id).update(attempts=F("attempts") + 1)
        return False


def tell(letter: Letter, *, by_email: bool) -> bool:
    """Tell the letter's customer, where there is one who has joined; returns whether there is. Raises what the host's
    notifications and the mail server raise."""
    account = letter.account
    user = get_host().users([account.user_id]).get(account.user_id) if account.user_id is not None else None
    if user is None or user.member_status != "MEMBER":
        # Gone or not confirmed since it was noted: there is nobody to tell.
        return False
    rules = _rules(account.program)
    subject, body = (_text(code, letter, user=user, rules=rules) for code in (letter.subject, letter.body))
    payload = {
        "account_id": account.pk,
        "user_id": user.id,
        "recipient_email": user.email,
        "language_code": user.language_code,
        **letter.payload,
        "subject": subject,
        "text": body,
    }
    get_host().notify_customer(letter.event, payload=payload, channel=_channel(rules))
    if by_email:
        sender = app_settings.EMAIL_FROM or None
        EmailMessage(subject, body, from_email=sender, to=[_address(user)]).send()
    return True


def _rules(program: LoyaltyProgram) -> ProgramRules:
    version_id = program.published_version_id
    if version_id is None:
        raise ValueError(f"program {program.pk} has no published rules")
    return load_version(version_id).rules


def _channel(rules: ProgramRules) -> str:
    return rules.channels[0].channel if rules.channels else ""


def _text(code: str, letter: Letter, *, user: UserFacts, rules: ProgramRules) -> str:
    return render(
        code,
        language=user.language_code,
        point_names={language: name.model_dump() for language, name in rules.point_names.items()},
        time_zone=rules.channels[0].time_zone if rules.channels else "UTC",
        program=letter.account.program.name,
        **letter.facts,
        **({"detail": render(letter.reason, language=user.language_code)} if letter.reason else {}),
    )


def _address(user: UserFacts) -> str:
    return formataddr((f"{user.first_name} {user.last_name}".strip(), user.email))
