"""The mutations of exports and audiences as documents, and one of each in a scene."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.audiences import create_audience
from saleor_loyalty.exports import claim_export, create_export, write_part
from saleor_loyalty.ledger import Actor
from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import Audience, AudienceSending, Export, ExportPart, LoyaltyAccount, OutboxEvent
from tests import club

from .api import Api, gid

ERRORS = "errors { field code }"
EXPORT = """export { id kind status fileType languageCode withCustomers rowsDone rowsTotal url urlExpiresAt
    user { email } app { name } audience { id } program { id } fileSize expiresAt finishedAt }"""
AUDIENCE = "audience { id name where accountsCount program { id } }"

EXPORT_CREATE = f"""mutation($input: LoyaltyExportCreateInput!) {{
    loyaltyExportCreate(input: $input) {{ {EXPORT} {ERRORS} }} }}"""
EXPORT_CANCEL = f"mutation($id: ID!) {{ loyaltyExportCancel(id: $id) {{ {EXPORT} {ERRORS} }} }}"
AUDIENCE_CREATE = f"""mutation($input: LoyaltyAudienceCreateInput!) {{
    loyaltyAudienceCreate(input: $input) {{ {AUDIENCE} {ERRORS} }} }}"""
AUDIENCE_UPDATE = f"""mutation($id: ID!, $input: LoyaltyAudienceUpdateInput!) {{
    loyaltyAudienceUpdate(id: $id, input: $input) {{ {AUDIENCE} {ERRORS} }} }}"""
AUDIENCE_DELETE = f"mutation($id: ID!) {{ loyaltyAudienceDelete(id: $id) {{ deletedId {ERRORS} }} }}"
AUDIENCE_SEND = f"""mutation(
        $id: ID!, $withExport: Boolean, $withCustomers: Boolean, $key: String = "key") {{
    loyaltyAudienceSend(id: $id, withExport: $withExport, withCustomers: $withCustomers, idempotencyKey: $key) {{
        endpointsCount {AUDIENCE} {EXPORT} {ERRORS} }} }}"""


def everything_exported() -> dict[str, list[Any]]:
    models = (Audience, AudienceSending, Export, ExportPart, OutboxEvent)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def fill_exports(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Make an audience, a finished export of it by staff, one by an app, and one that nobody has begun."""
    at = club.now()
    program_id = account.program_id
    audience = create_audience(program_id, name=f"Everybody {account.pk}", wanted=AccountFilter(), at=at)
    for actor in (Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)):
        done = create_export(
            program_id,
            wanted=AccountFilter(),
            at=at,
            actor=actor,
            audience_id=audience.pk,
            with_customers=actor.kind == "STAFF",
        )
        claim = claim_export(done.pk, at=at)
        write_part(done.pk, claim=claim, at=at)
    waiting = create_export(program_id, wanted=TransactionFilter(), at=at)
    return {"audience": gid("LoyaltyAudience", audience), "export": gid("LoyaltyExport", waiting)}


def export_calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of every mutation of exports and audiences."""
    audience, export = {"id": scene.get("audience")}, {"id": scene.get("export")}
    program = gid("LoyaltyProgram", account.program_id) if account else None
    return {
        "loyaltyExportCreate": (EXPORT_CREATE, {"input": {"kind": "LOG", "program": program}}),
        "loyaltyExportCancel": (EXPORT_CANCEL, export),
        "loyaltyAudienceCreate": (AUDIENCE_CREATE, {"input": {"name": "All", "everybody": True, "program": program}}),
        "loyaltyAudienceUpdate": (AUDIENCE_UPDATE, audience | {"input": {"name": "Most"}}),
        "loyaltyAudienceDelete": (AUDIENCE_DELETE, audience),
        "loyaltyAudienceSend": (AUDIENCE_SEND, audience | {"withExport": True}),
    }
