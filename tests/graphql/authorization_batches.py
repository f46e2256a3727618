"""Who may see and change batches: rows, places and calls for the authorization test."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.batches import BatchWish, create_batch, step_batch
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests import club

from .api import gid

ERRORS = "errors { field code }"
BULK_GIVE = f"""mutation($input: [LoyaltyPointsGiveInput!]!) {{
    loyaltyPointsBulkGive(input: $input) {{ count results {{ transaction {{ id }} }} batch {{ id }} {ERRORS} }} }}"""
CREATE = f"""mutation($input: LoyaltyBatchCreateInput!) {{
    loyaltyBatchCreate(input: $input) {{ batch {{ id status }} {ERRORS} }} }}"""
CANCEL = f"mutation($id: ID!) {{ loyaltyBatchCancel(id: $id) {{ batch {{ id status }} {ERRORS} }} }}"
REVERT = f"mutation($id: ID!) {{ loyaltyBatchRevert(id: $id) {{ batch {{ id status }} {ERRORS} }} }}"
REVERSE = f"""mutation($id: ID!) {{ loyaltyTransactionReverse(id: $id, reason: "x", idempotencyKey: "reverse") {{
    transaction {{ id }} {ERRORS} }} }}"""

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyTransaction": {"account, for staff": "batch"},
    "LoyaltyProgramVersion": {"public, for staff": "manualPolicy"},
    "LoyaltyManualPolicy": {"public, rules": "maxPointsPerOperation"},
    "LoyaltyBatch": {
        "staff": """id program kind status errorPolicy dryRun total done failed points revertedPoints unrecoveredPoints
            reason internalNote source rows createdAt finishedAt""",
        "staff, naming others": "user",
        "always null": "app expiresAt problem revertedAt",
    },
    "LoyaltyBatchRow": {
        "staff": "id number points status account transaction unrecoveredPoints",
        "always null": "identity code field message reversal",
    },
    "LoyaltyBatchCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyBatchCountableEdge": {"staff": "node cursor"},
    "LoyaltyBatchRowCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyBatchRowCountableEdge": {"staff": "node cursor"},
    "Query": {"staff": "loyaltyBatch loyaltyBatches"},
}

_VERSION = '{ product(slug: "chair", channel: "shop") { loyalty { receipt { programVersion { %s } } } } }'
_BATCHES = "{ loyaltyBatches(first: 1) { %s } }"
_BATCH = "{ loyaltyBatch(id: $batch) { %s } }"
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyBatch": (_BATCH,),
    "LoyaltyBatchRow": (_BATCH % "rows(first: 1) { edges { node { %s } } }",),
    "LoyaltyBatchCountableConnection": (_BATCHES,),
    "LoyaltyBatchCountableEdge": (_BATCHES % "edges { %s }",),
    "LoyaltyBatchRowCountableConnection": (_BATCH % "rows(first: 1) { %s }",),
    "LoyaltyBatchRowCountableEdge": (_BATCH % "rows(first: 1) { edges { %s } }",),
    "LoyaltyManualPolicy": (_VERSION % "manualPolicy { %s }",),
}
ARGUMENTS = {
    "LoyaltyBatch.rows": "(first: 1)",
    "Query.loyaltyBatch": "(id: $batch)",
    "Query.loyaltyBatches": "(first: 1)",
}


def fill(account: LoyaltyAccount, *, staff: Any, app: Any) -> dict[str, str]:
    """A batch of one row that is done, by staff. It is somebody else's points: other rows count on the account's."""
    guest = open_account(account.program, email="summer@example.com", at=club.now())
    wish = BatchWish(selection=AccountFilter(ids=(guest.pk,)), points=5, reason="Summer", internal_note="fair")
    actor = Actor("STAFF", staff.user.pk)
    batch = create_batch(account.program_id, wish, idempotency_key="scene", actor=actor, at=club.now())
    while step_batch(batch.pk, at=club.now()):
        pass
    return {"batch": gid("LoyaltyBatch", batch)}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    given = LoyaltyTransaction.objects.filter(account=account, type="GIVE", batch_id=None).first() if account else None
    named = gid("LoyaltyAccount", account) if account else None
    row = {"account": named, "points": 1, "reason": "x", "idempotencyKey": "list"}
    wish = {
        "program": gid("LoyaltyProgram", account.program_id) if account else None,
        "where": {"ids": [named] if named else []},
        "points": 1,
        "reason": "x",
        "idempotencyKey": "batch",
    }
    return {
        "loyaltyPointsBulkGive": (BULK_GIVE, {"input": [row]}),
        "loyaltyBatchCreate": (CREATE, {"input": wish}),
        "loyaltyBatchCancel": (CANCEL, {"id": scene.get("batch")}),
        "loyaltyBatchRevert": (REVERT, {"id": scene.get("batch")}),
        "loyaltyTransactionReverse": (REVERSE, {"id": gid("LoyaltyTransaction", given) if given else None}),
    }


def written() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Batch, BatchRow)]
