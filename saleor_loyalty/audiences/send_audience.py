"""``send_audience``: tells the apps that subscribed that an audience is to be written to.

The event says which one and how many; who they are is asked for page by page, or comes as an export.
A retry under the same key is not another campaign: see ``AudienceSending``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass

from django.db import transaction

from ..accounts import account_filter_from_json
from ..errors import IdempotencyConflict
from ..events import emit
from ..events.catalogue import AUDIENCE_SENT
from ..exports import create_export
from ..ledger import Actor, check_key
from ..lock_objects import audience_qs_select_for_update
from ..models import Audience, AudienceSending, Export
from .people import audience_accounts
from .refusals import AudienceNotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class SentAudience:
    audience: Audience
    accounts: int
    export: Export | None
    deliveries: int
    """The endpoints that are told; 0 where nobody subscribed."""


def send_audience(
    audience_id: int,
    *,
    idempotency_key: str,
    at: datetime.datetime,
    actor: Actor | None = None,
    language_code: str = "en",
    with_export: bool = False,
    with_customers: bool = False,
) -> SentAudience:
    """Emit ``loyalty.audience.sent``, and ask for an export of the audience where it is wanted.

    Raises, in this order:
        LoyaltyException (INVALID): about ``idempotencyKey``.
        AudienceNotFound: there is no such audience.
        IdempotencyConflict: the key stands for another request.
        With an export as ``create_export``.

    Locks: the audience. Idempotency: by key within the audience; the same request returns what was said the first
    time, and tells nobody. Cost: one count of the audience.
    """
    check_key(idempotency_key)
    request = json.dumps([language_code, with_export, with_customers, actor and [actor.kind, actor.id]])
    request_hash = hashlib.sha256(request.encode()).hexdigest()
    with transaction.atomic():
        audience = audience_qs_select_for_update().filter(pk=audience_id).first()
        if audience is None:
            raise AudienceNotFound(field="id")
        sent = audience.sendings.filter(idempotency_key=idempotency_key).select_related("export").first()
        if sent is not None:
            if sent.request_hash != request_hash:
                raise IdempotencyConflict
            return SentAudience(
                audience=audience, accounts=sent.accounts, export=sent.export, deliveries=sent.deliveries
            )
        accounts = audience_accounts(audience).order_by().count()
        export = None
        if with_export:
            export = create_export(
                audience.program_id,
                wanted=account_filter_from_json(audience.filter),
                at=at,
                actor=actor,
                language_code=language_code,
                with_customers=with_customers,
                audience_id=audience.pk,
            )
        payload = {
            "program": audience.program_id,
            "audience": audience.pk,
            "name": audience.name,
            "accounts": accounts,
            "export": export.pk if export else None,
        }
        deliveries = emit(AUDIENCE_SENT, program_id=audience.program_id, payload=payload, at=at)
        AudienceSending.objects.create(
            audience=audience,
            idempotency_key=idempotency_key,
            request_hash=request_hash,
            accounts=accounts,
            deliveries=deliveries,
            export=export,
            created_at=at,
        )
    return SentAudience(audience=audience, accounts=accounts, export=export, deliveries=deliveries)
