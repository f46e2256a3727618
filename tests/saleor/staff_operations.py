"""Every operation by which staff look after a club, in an order in which each has something to work on.

One list for all who may ask: staff of a permission group, staff of another channel, apps with the permission and
without. What an operation makes is kept under a name, for those that come after it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

NEXT_YEAR = (timezone.now() + datetime.timedelta(days=365)).date().isoformat()

Scene = dict[str, str]
"""Ids by name."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A mutation with its variables: by name their type in GraphQL, and their value in the scene."""

    name: str
    types: Mapping[str, str]
    values: Callable[[Scene], Mapping[str, Any]]
    selection: str = ""
    keeps: Mapping[str, str] | None = None
    """What of the payload is kept: by the name in the scene, the path."""

    @property
    def document(self) -> str:
        header = ", ".join(f"${name}: {graphql_type}" for name, graphql_type in self.types.items())
        arguments = ", ".join(f"{name}: ${name}" for name in self.types)
        return f"mutation({header}) {{ {self.name}({arguments}) {{ {self.selection} errors {{ field code }} }} }}"

    def keep(self, payload: Mapping[str, Any], scene: Scene) -> None:
        for name, path in (self.keeps or {}).items():
            found: Any = payload
            for part in path.split("."):
                found = found[part]
            scene[name] = found


def _input(name: str, values: Callable[[Scene], Mapping[str, Any]], **options: Any) -> Operation:
    """Return an operation that takes one input of its own type."""
    types = {"input": f"{name[0].upper()}{name[1:]}Input!"}
    return Operation(name=name, types=types, values=lambda scene: {"input": values(scene)}, **options)


def _update(name: str, thing: str, values: Mapping[str, Any]) -> Operation:
    types = {"id": "ID!", "input": f"{name[0].upper()}{name[1:]}Input!"}
    return Operation(name=name, types=types, values=lambda scene: {"id": scene[thing], "input": values})


def _on(name: str, thing: str, *, types: Mapping[str, str] | None = None, **values: Any) -> Operation:
    """Return an operation on one thing, named by its id."""
    return Operation(
        name=name, types={"id": "ID!", **(types or {})}, values=lambda scene: {"id": scene[thing], **values}
    )


def _keyed(scene: Scene, **values: Any) -> dict[str, Any]:
    key = f"{scene['who']}: {len(scene)}, {values.get('points')}, {values.get('balance')}, {values.get('plan')}"
    return {"account": scene["account"], "reason": "Thank you", "idempotencyKey": key, **values}


_BOTH = {"accounts": "[ID!]!", "labels": "[ID!]!"}


def _labelled(scene: Scene) -> dict[str, Any]:
    return {"accounts": [scene["account"]], "labels": [scene["label"]]}


OPERATIONS: tuple[Operation, ...] = (
    # Points by hand.
    _input(
        "loyaltyPointsGive",
        lambda scene: _keyed(scene, points=50, source="OFFLINE", internalNote="At the desk"),
        selection="transaction { id }",
        keeps={"transaction": "transaction.id"},
    ),
    Operation(
        name="loyaltyTransactionReverse",
        types={"id": "ID!", "reason": "String!", "idempotencyKey": "String!"},
        values=lambda scene: {
            "id": scene["transaction"],
            "reason": "By mistake",
            "idempotencyKey": f"{scene['who']}: back",
        },
    ),
    _input("loyaltyPointsDeduct", lambda scene: _keyed(scene, points=5)),
    _input("loyaltyBalanceSet", lambda scene: _keyed(scene, balance=900)),
    Operation(
        name="loyaltyPointsBulkGive",
        types={"input": "[LoyaltyPointsGiveInput!]!"},
        values=lambda scene: {"input": [_keyed(scene, points=7)]},
    ),
    _input(
        "loyaltyBatchCreate",
        lambda scene: {
            "where": {"ids": [scene["account"]]},
            "points": 3,
            "reason": "Summer",
            "idempotencyKey": scene["who"],
        },
        selection="batch { id }",
        keeps={"batch": "batch.id"},
    ),
    _on("loyaltyBatchRevert", "batch"),
    # The card.
    _input(
        "loyaltyLabelCreate",
        lambda scene: {"name": f"By {scene['who']}"},
        selection="label { id }",
        keeps={"label": "label.id"},
    ),
    _update("loyaltyLabelUpdate", "label", {"name": "Renamed"}),
    Operation(name="loyaltyLabelAssign", types=_BOTH, values=_labelled),
    Operation(name="loyaltyLabelUnassign", types=_BOTH, values=_labelled),
    _input(
        "loyaltyLabelBulkAssign",
        lambda scene: {"labels": [scene["label"]], "where": {"status": "ACTIVE"}},
        selection="changed",
    ),
    _input(
        "loyaltyLabelBulkUnassign",
        lambda scene: {"labels": [scene["label"]], "where": {"labels": {"eq": scene["label"]}}},
        selection="changed",
    ),
    Operation(
        name="loyaltyLabelMerge",
        types={"id": "ID!", "into": "ID!"},
        values=lambda scene: {"id": scene["label"], "into": scene["other label"]},
    ),
    _input(
        "loyaltyNoteAdd",
        lambda scene: {"account": scene["account"], "text": "Prefers tea.", "type": "Visit"},
        selection="note { id }",
        keeps={"note": "note.id"},
    ),
    _update("loyaltyNoteUpdate", "note", {"text": "Prefers coffee."}),
    _on("loyaltyNoteDelete", "note"),
    _input(
        "loyaltyCustomFieldCreate",
        lambda scene: {"name": f"Dog's name, says {scene['who']}", "type": "TEXT"},
        selection="customField { id }",
        keeps={"field": "customField.id"},
    ),
    _update("loyaltyCustomFieldUpdate", "field", {"name": "The dog's name"}),
    _input(
        "loyaltyCustomFieldValuesSet",
        lambda scene: {"account": scene["account"], "values": [{"field": scene["field"], "value": "Rex"}]},
    ),
    _on("loyaltyCustomFieldArchive", "field"),
    _input(
        "loyaltyEventReport",
        lambda scene: {
            "account": scene["account"],
            "event": "CONTACTED_ME",
            "externalReference": "ticket",
            "idempotencyKey": f"{scene['who']}: ticket",
        },
    ),
    # Memberships.
    _input(
        "loyaltyMembershipPlanCreate",
        lambda scene: {"name": f"Gold by {scene['who']}", "durationDays": 30, "stacking": "OVERLAP"},
        selection="plan { id }",
        keeps={"plan": "plan.id"},
    ),
    _update("loyaltyMembershipPlanUpdate", "plan", {"durationDays": 31}),
    _input(
        "loyaltyMembershipCreate",
        lambda scene: {"account": scene["account"], "plan": scene["plan"], "idempotencyKey": scene["who"]},
        selection="membership { id }",
        keeps={"membership": "membership.id"},
    ),
    _on("loyaltyMembershipMarkAsPaid", "membership"),
    _on("loyaltyMembershipExtend", "membership", types={"endDate": "Date!"}, endDate=NEXT_YEAR),
    _on("loyaltyMembershipFreeze", "membership"),
    _on("loyaltyMembershipUnfreeze", "membership"),
    _on("loyaltyMembershipCancel", "membership"),
    _on("loyaltyMembershipPlanArchive", "plan"),
    # Audiences and files.
    _input(
        "loyaltyAudienceCreate",
        lambda scene: {"name": f"Of {scene['who']}", "label": scene["other label"]},
        selection="audience { id }",
        keeps={"audience": "audience.id"},
    ),
    _update("loyaltyAudienceUpdate", "audience", {"everybody": True}),
    Operation(
        name="loyaltyAudienceSend",
        types={"id": "ID!", "idempotencyKey": "String!"},
        values=lambda scene: {"id": scene["audience"], "idempotencyKey": scene["who"]},
    ),
    _input(
        "loyaltyExportCreate",
        lambda scene: {"kind": "ACCOUNTS", "audience": scene["audience"]},
        selection="export { id }",
        keeps={"export": "export.id"},
    ),
    _on("loyaltyAudienceDelete", "audience"),
    # Customers.
    _input(
        "loyaltyAccountCreate",
        lambda scene: {"email": f"{scene['who']}@contacts.example"},
        selection="account { id }",
        keeps={"contact": "account.id"},
    ),
    Operation(
        name="loyaltyCardDelete",
        types={"accountId": "ID!"},
        values=lambda scene: {"accountId": scene["contact"]},
    ),
    _on("loyaltyLabelDelete", "other label"),
)

READINGS: Mapping[str, str] = {
    "loyaltyAccounts": "(first: 5) { totalCount edges { node { id points { available } labels { name } } } }",
    "loyaltyAccount": """(id: $account) { points { available redeemed } lastActivityAt memberStatus
        labels { name } notes(first: 5) { totalCount } fields { value }
        timeline(first: 5) { totalCount } memberships { status } transactions(first: 5) { totalCount } }""",
    "loyaltyTransactions": "(first: 5) { totalCount edges { node { pointsChange pointsBalance } } }",
    "loyaltyStatistics": "(program: $program) { given outstanding topEarners(first: 3) { points } }",
    "loyaltyLabels": "(first: 5) { totalCount edges { node { name } } }",
    "loyaltyCustomFields": "(program: $program) { key }",
    "loyaltyBatches": "(first: 5) { totalCount edges { node { status } } }",
    "loyaltyBatch": "(id: $batch) { status }",
    "loyaltyExports": "(first: 5) { totalCount edges { node { status } } }",
    "loyaltyExport": "(id: $export) { status url }",
    "loyaltyAudiences": "(first: 5) { totalCount edges { node { name } } }",
    "loyaltyAudience": "(id: $audience) { name accountsCount }",
    "loyaltyMembershipPlans": "(first: 5) { totalCount edges { node { name } } }",
    "loyaltyMemberships": "(first: 5) { totalCount edges { node { status } } }",
    "loyaltyMembership": "(id: $membership) { status }",
    "loyaltyProgram": "(id: $program) { name }",
    "loyaltyPrograms": "(first: 5) { totalCount edges { node { name } } }",
}


def reading(name: str, scene: Scene) -> tuple[str, Mapping[str, str]]:
    """Return the document of a reading, and its variables."""
    part = READINGS[name]
    used = {word: scene[word] for word in scene if f"${word}" in part}
    header = f"query({', '.join(f'${word}: ID!' for word in used)})" if used else "query"
    return f"{header} {{ {name}{part} }}", used
