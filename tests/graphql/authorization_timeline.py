"""Who may see a customer's timeline, report events and delete cards: for the authorization test."""

from __future__ import annotations

import datetime
from typing import Any

from saleor_loyalty.accounts import EventReport, report_event
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import CardChange, Lot, LotExtension, LoyaltyAccount, ReportedEvent
from tests import club

from .api import Api, gid

__all__ = ["ARGUMENTS", "PLACES", "ROWS", "calls", "fill", "written"]

ENTRY = "type createdAt name app transaction note event extension"
ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account, for staff": "timeline", "always null": "closedAt"},
    "LoyaltyTimelineEntry": {"card": ENTRY, "card, naming others": "user order"},
    "LoyaltyTimelineEntryCountableConnection": {"card": "pageInfo edges totalCount"},
    "LoyaltyTimelineEntryCountableEdge": {"card": "node cursor"},
    "LoyaltyLotExtension": {"card": "points expiredAt expiresAt reason"},
    "LoyaltyReportedEvent": {
        "card": "id event externalReference payload occurredAt createdAt points receipt transactions"
    },
}

_ME = '{ me { loyaltyAccount(channel: "shop") { %s } } }'
_ACCOUNTS = "{ loyaltyAccounts(first: 50) { edges { node { %s } } } }"


def _below_account(part: str) -> tuple[str, str]:
    return _ME % part, _ACCOUNTS % part


PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyTimelineEntry": _below_account("timeline(first: 50) { edges { node { %s } } }"),
    "LoyaltyTimelineEntryCountableConnection": _below_account("timeline(first: 1) { %s }"),
    "LoyaltyTimelineEntryCountableEdge": _below_account("timeline(first: 1) { edges { %s } }"),
    "LoyaltyLotExtension": _below_account(
        "timeline(first: 10, types: [POINTS_EXTENDED]) { edges { node { extension { %s } } } }"
    ),
    "LoyaltyReportedEvent": _below_account("timeline(first: 10, types: [EVENT]) { edges { node { event { %s } } } }"),
}

ARGUMENTS = {"LoyaltyAccount.timeline": "(first: 1)"}

EVENT_REPORT = """mutation($input: LoyaltyEventReportInput!) { loyaltyEventReport(input: $input) {
    event { id event externalReference payload occurredAt createdAt points receipt { points lines { code } }
    transactions { id pointsChange source } } account { id } isNew
    errors { field code } } }"""
CARD_DELETE = """mutation($accountId: ID!, $forfeit: Boolean) {
    loyaltyCardDelete(accountId: $accountId, forfeit: $forfeit) {
    account { id status closedAt } forfeiture { pointsChange } errors { field code message } } }"""


def fill(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, str]:
    """Report an event about the account, and open a guest's card that can be deleted."""
    report = EventReport(name="opened", account_id=account.pk, external_reference="m-1", payload={"topic": "prices"})
    actor = Actor("APP", app.app.pk)
    report_event(account.program_id, report=report, idempotency_key="scene", actor=actor, at=club.now())
    LotExtension.objects.create(
        account=account,
        lot=Lot.objects.filter(account=account).order_by("pk")[0],
        before=club.now(),
        after=club.now() + datetime.timedelta(days=9),
        points=5,
        reason="Goodwill",
        actor_kind="APP",
        actor_id=app.app.pk,
        created_at=club.now(),
    )
    guest = open_account(account.program, email="to-delete@example.com", at=club.now())
    return {"cardToDelete": gid("LoyaltyAccount", guest)}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    event = {
        "account": gid("LoyaltyAccount", account),
        "event": "opened",
        "externalReference": "m-2",
        "idempotencyKey": "new",
    }
    return {
        "loyaltyEventReport": (EVENT_REPORT, {"input": event}),
        "loyaltyCardDelete": (CARD_DELETE, {"accountId": scene.get("cardToDelete")}),
    }


def written() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (ReportedEvent, CardChange, LoyaltyAccount)]
