"""``send_audience``: tells the apps that subscribed that an audience is to be written to.

The event says which one and how many; who they are is asked for page by page, or comes as an export.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from ..accounts import account_filter_from_json
from ..errors import AudienceNotFound
from ..events import emit
from ..events.catalogue import AUDIENCE_SENT
from ..exports import create_export
from ..ledger import Actor
from ..models import Audience, Export
from .people import audience_accounts


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
    at: datetime.datetime,
    actor: Actor | None = None,
    language_code: str = "en",
    with_export: bool = False,
    with_customers: bool = False,
) -> SentAudience:
    """Emit ``loyalty.audience.sent``, and ask for an export of the audience where it is wanted.

    Raises AudienceNotFound; with an export as ``create_export``. Idempotency: none; each call tells it again.
    Cost: one count of the audience.
    """
    with transaction.atomic():
        audience = Audience.objects.filter(pk=audience_id).first()
        if audience is None:
            raise AudienceNotFound(field="id")
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
    return SentAudience(audience=audience, accounts=accounts, export=export, deliveries=deliveries)
