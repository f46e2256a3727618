"""Sending what was noted: through the host's own notifications, and by an e-mail of our own where the shop wants it.

At least once: a notice is marked after it was sent. One that fails is logged, kept and tried again, up to
``ATTEMPTS`` times and as long as its points have not expired.
"""

from __future__ import annotations

import datetime
import logging
from email.utils import formataddr

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from .. import app_settings
from ..host import UserFacts, get_host
from ..lock_objects import expiry_notice_qs_select_for_update
from ..messages import render
from ..models import ExpiryNotice, LoyaltyProgram
from ..programs import load_version
from ..rules import ProgramRules

logger = logging.getLogger(__name__)

ATTEMPTS = 5
EVENT = "loyalty_points_expiring"
"""The name under which the host's notification system knows it."""


def send_notices(*, at: datetime.datetime, limit: int) -> int:
    """Send at most ``limit`` notices that were not sent yet; returns how many were.

    Locks: one notice at a time; one that another session sends is left to it. Idempotency: what was sent is marked.
    """
    waiting = ExpiryNotice.objects.filter(sent_at__isnull=True, attempts__lt=ATTEMPTS, expires_at__gt=at)
    return sum(_send_one(pk, at=at) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)[:limit]))


def _send_one(notice_id: int, *, at: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            locked = expiry_notice_qs_select_for_update(skip_locked=True).select_related("account__program")
            notice = locked.filter(pk=notice_id, sent_at__isnull=True).first()
            if notice is None:
                return False
            _tell(notice)
            notice.sent_at = at
            notice.save(update_fields=["sent_at"])
            return True
    except Exception:
        # A mail server or an app that fails must not keep the other customers from being told.
        logger.exception("Expiry notice %s could not be sent.", notice_id)
        ExpiryNotice.objects.filter(pk=notice_id).update(attempts=F("attempts") + 1)
        return False


def _tell(notice: ExpiryNotice) -> None:
    account = notice.account
    user = get_host().users([account.user_id]).get(account.user_id) if account.user_id is not None else None
    if user is None or user.member_status != "MEMBER":
        # Gone or not confirmed since it was noted: there is nobody to tell.
        return
    rules = _rules(account.program)
    subject, body = (_text(code, notice, user=user, rules=rules) for code in ("NOTICE_SUBJECT", "NOTICE_EXPIRING"))
    payload = {
        "account_id": account.pk,
        "user_id": user.id,
        "recipient_email": user.email,
        "language_code": user.language_code,
        "points": notice.points,
        "expires_at": notice.expires_at.isoformat(),
        "days": notice.days,
        "subject": subject,
        "text": body,
    }
    get_host().notify_customer(EVENT, payload=payload, channel=_channel(rules))
    if app_settings.EXPIRY_EMAILS:
        sender = app_settings.EMAIL_FROM or None
        EmailMessage(subject, body, from_email=sender, to=[_address(user)]).send()


def _rules(program: LoyaltyProgram) -> ProgramRules:
    version_id = program.published_version_id
    if version_id is None:
        raise ValueError(f"program {program.pk} has no published rules")
    return load_version(version_id).rules


def _channel(rules: ProgramRules) -> str:
    return rules.channels[0].channel if rules.channels else ""


def _text(code: str, notice: ExpiryNotice, *, user: UserFacts, rules: ProgramRules) -> str:
    return render(
        code,
        language=user.language_code,
        point_names={language: name.model_dump() for language, name in rules.point_names.items()},
        time_zone=rules.channels[0].time_zone if rules.channels else "UTC",
        points=notice.points,
        # The last moment at which they count: that day is the one to name.
        date=notice.expires_at - datetime.timedelta(seconds=1),
        program=notice.account.program.name,
    )


def _address(user: UserFacts) -> str:
    return formataddr((f"{user.first_name} {user.last_name}".strip(), user.email))
