"""Who may freeze, close, merge and anonymize accounts, and see that it was done: for the authorization test."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.accounts import close_account, merge_accounts, reopen_account
from saleor_loyalty.exports import create_person_export
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import AccountChange, AccountMerge, Export, LoyaltyAccount
from tests import club

from .api import Api, gid

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {
        "account, for staff": "mergedInto merges lastChange",
        "account, naming the customer": "personalDataExport",
    },
    "LoyaltyTimelineEntry": {"card": "change"},
    "LoyaltyAccountChange": {"card": "kind reason createdAt merge app", "card, naming others": "user"},
    "LoyaltyAccountMerge": {
        "card": "id source target points debt createdAt app",
        "card, naming others": "user",
        "always null": "pointsReturned undoneAt",
    },
}

_ME = '{ me { loyaltyAccount(channel: "shop") { %s } } }'
_ACCOUNTS = "{ loyaltyAccounts(first: 50) { edges { node { %s } } } }"


def _below_account(part: str) -> tuple[str, str]:
    return _ME % part, _ACCOUNTS % part


PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyAccountChange": _below_account("lastChange { %s }"),
    "LoyaltyAccountMerge": _below_account("merges { %s }"),
}
ARGUMENTS: dict[str, str] = {}
STOREFRONT = ("loyaltyPersonalDataRequest",)
NEEDS_USERS = ("loyaltyPersonalDataExport",)

_ACCOUNT = "account { id status closedAt revision lastChange { kind reason } }"
_ERRORS = "errors { field code message }"
FREEZE = """mutation($id: ID!, $reason: String, $expectedRevision: Int) {
    loyaltyAccountFreeze(id: $id, reason: $reason, expectedRevision: $expectedRevision) { %s %s } }"""
UNFREEZE = FREEZE.replace("loyaltyAccountFreeze", "loyaltyAccountUnfreeze")
CLOSE = """mutation($id: ID!, $forfeit: Boolean, $reason: String, $expectedRevision: Int) {
    loyaltyAccountClose(id: $id, forfeit: $forfeit, reason: $reason, expectedRevision: $expectedRevision) {
    forfeiture { pointsChange } %s %s } }"""
REOPEN = """mutation($id: ID!, $reason: String) { loyaltyAccountReopen(id: $id, reason: $reason) { %s %s } }"""
ANONYMIZE = """mutation($id: ID!, $forfeit: Boolean) {
    loyaltyAccountAnonymize(id: $id, forfeit: $forfeit) { forfeiture { pointsChange } %s %s } }"""
FREEZE, UNFREEZE, CLOSE, REOPEN, ANONYMIZE = (
    document % (_ACCOUNT, _ERRORS) for document in (FREEZE, UNFREEZE, CLOSE, REOPEN, ANONYMIZE)
)
_FIGURES = "{ balance available pending reserved debt tier }"
MERGE = f"""mutation($sourceId: ID!, $targetId: ID!, $dryRun: Boolean, $idempotencyKey: String, $reason: String) {{
    loyaltyAccountsMerge(sourceId: $sourceId, targetId: $targetId, dryRun: $dryRun, idempotencyKey: $idempotencyKey,
        reason: $reason) {{
    merge {{ id points debt source {{ id status mergedInto {{ id }} }} }} target {{ id merges {{ id }} }}
    preview {{ points debt sourceBefore {_FIGURES} targetBefore {_FIGURES} targetAfter {_FIGURES}
        lots {{ points availableAt expiresAt }} lotsCount ordersCount membershipsCount labels {{ name }} notesCount
        eventsCount fieldsCount conflicts {{ field {{ key }} sourceValue targetValue }} referralsCount rewardsCount }}
    {_ERRORS} }} }}"""
UNDO = f"""mutation($id: ID!, $dryRun: Boolean, $reason: String) {{
    loyaltyMergeUndo(id: $id, dryRun: $dryRun, reason: $reason) {{
    merge {{ id undoneAt pointsReturned source {{ id status }} }}
    preview {{ points pointsGone debt sourceAfter {_FIGURES} targetBefore {_FIGURES} targetAfter {_FIGURES} }}
    {_ERRORS} }} }}"""

PERSONAL_DATA_EXPORT = """mutation($accountId: ID!) { loyaltyPersonalDataExport(accountId: $accountId) {
    export { id kind fileType status url } errors { field code message } } }"""
PERSONAL_DATA_REQUEST = PERSONAL_DATA_EXPORT.replace("loyaltyPersonalDataExport", "loyaltyPersonalDataRequest")


def fill(account: Any, *, staff: Api, app: Api) -> dict[str, Any]:
    """Guests were merged into Dana's account, by staff and by an app; and there is one to do the rest with."""
    by_staff, by_app = Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)
    guests = {
        name: open_account(account.program, email=f"{name}@example.com", at=club.now())
        for name in ("merged", "mergedByApp", "spare")
    }
    merges = [
        merge_accounts(
            guests[name].pk,
            target_id=target.pk,
            idempotency_key=name,
            reason="The same person.",
            actor=actor,
            at=club.now(),
        ).merge
        for name, target, actor in (
            ("merged", account, by_staff),
            ("mergedByApp", account, by_app),
        )
    ]
    for close in (close_account, reopen_account):
        close(guests["spare"].pk, actor=by_app, at=club.now())
    for is_for_staff in (True, False):
        create_person_export(account.pk, is_for_staff=is_for_staff, at=club.now(), actor=by_staff)
    return {
        **{f"{name}Account": gid("LoyaltyAccount", guest) for name, guest in guests.items()},
        "undoneMerge": gid("LoyaltyAccountMerge", merges[0]),
    }


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of each mutation."""
    own = account and gid("LoyaltyAccount", account)
    merge = {
        "sourceId": scene.get("spareAccount"),
        "targetId": own,
        "idempotencyKey": "scene",
    }
    return {
        "loyaltyAccountFreeze": (FREEZE, {"id": scene.get("spareAccount")}),
        "loyaltyAccountUnfreeze": (UNFREEZE, {"id": scene.get("spareAccount")}),
        "loyaltyAccountClose": (CLOSE, {"id": scene.get("spareAccount")}),
        "loyaltyAccountReopen": (REOPEN, {"id": scene.get("spareAccount")}),
        "loyaltyAccountAnonymize": (ANONYMIZE, {"id": scene.get("spareAccount")}),
        "loyaltyAccountsMerge": (MERGE, merge),
        "loyaltyMergeUndo": (UNDO, {"id": scene.get("undoneMerge")}),
        "loyaltyPersonalDataExport": (PERSONAL_DATA_EXPORT, {"accountId": scene.get("spareAccount")}),
        "loyaltyPersonalDataRequest": (
            PERSONAL_DATA_REQUEST,
            {"accountId": own},
        ),
    }


def written() -> list[Any]:
    return [
        list(LoyaltyAccount.objects.order_by("pk").values("pk", "status", "user", "email")),
        list(AccountChange.objects.order_by("pk").values()),
        list(AccountMerge.objects.order_by("pk").values()),
        list(Export.objects.filter(kind="PERSON").order_by("pk").values("pk", "account")),
    ]
