"""The mutations of customer cards as documents, how their refusals are read, and one card with something on it."""

from __future__ import annotations

from typing import Any

from saleor_loyalty import cards
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import CustomField, LoyaltyAccount
from tests import club
from tests.cards.builders import everything_on_cards

from .api import Api, gid

ERRORS = "errors { field code path }"
LABEL = "label { id name key isAutomatic accountsCount }"
NOTE = "note { id type text user { email } app { name } createdAt updatedAt }"
FIELD = "customField { id key name type options isReadyMade isArchived }"
CARD = "labels { name } fields { field { key } value }"

LABEL_CREATE = f"""mutation($input: LoyaltyLabelCreateInput!) {{
    loyaltyLabelCreate(input: $input) {{ {LABEL} {ERRORS} }} }}"""
LABEL_UPDATE = f"""mutation($id: ID!, $input: LoyaltyLabelUpdateInput!) {{
    loyaltyLabelUpdate(id: $id, input: $input) {{ {LABEL} {ERRORS} }} }}"""
LABEL_MERGE = f"""mutation($id: ID!, $into: ID!) {{
    loyaltyLabelMerge(id: $id, into: $into) {{ {LABEL} {ERRORS} }} }}"""
LABEL_DELETE = f"mutation($id: ID!) {{ loyaltyLabelDelete(id: $id) {{ {LABEL} {ERRORS} }} }}"
LABEL_ASSIGN = f"""mutation($accounts: [ID!]!, $labels: [ID!]!) {{
    loyaltyLabelAssign(accounts: $accounts, labels: $labels) {{ accounts {{ id {CARD} }} changed {ERRORS} }} }}"""
LABEL_UNASSIGN = LABEL_ASSIGN.replace("loyaltyLabelAssign", "loyaltyLabelUnassign")
LABEL_BULK_ASSIGN = f"""mutation($input: LoyaltyLabelBulkAssignInput!) {{
    loyaltyLabelBulkAssign(input: $input) {{ accounts changed endCursor {ERRORS} }} }}"""
LABEL_BULK_UNASSIGN = LABEL_BULK_ASSIGN.replace("BulkAssign", "BulkUnassign")
NOTE_ADD = f"""mutation($input: LoyaltyNoteAddInput!) {{
    loyaltyNoteAdd(input: $input) {{ {NOTE} {ERRORS} }} }}"""
NOTE_UPDATE = f"""mutation($id: ID!, $input: LoyaltyNoteUpdateInput!) {{
    loyaltyNoteUpdate(id: $id, input: $input) {{ {NOTE} {ERRORS} }} }}"""
NOTE_DELETE = f"mutation($id: ID!) {{ loyaltyNoteDelete(id: $id) {{ {NOTE} {ERRORS} }} }}"
FIELD_CREATE = f"""mutation($input: LoyaltyCustomFieldCreateInput!) {{
    loyaltyCustomFieldCreate(input: $input) {{ {FIELD} {ERRORS} }} }}"""
FIELD_UPDATE = f"""mutation($id: ID!, $input: LoyaltyCustomFieldUpdateInput!) {{
    loyaltyCustomFieldUpdate(id: $id, input: $input) {{ {FIELD} {ERRORS} }} }}"""
FIELD_ARCHIVE = f"""mutation($id: ID!, $isArchived: Boolean) {{
    loyaltyCustomFieldArchive(id: $id, isArchived: $isArchived) {{ {FIELD} {ERRORS} }} }}"""
VALUES_SET = f"""mutation($input: LoyaltyCustomFieldValuesSetInput!) {{
    loyaltyCustomFieldValuesSet(input: $input) {{ account {{ id {CARD} }} {ERRORS} }} }}"""


def answer(api: Api, document: str, **variables: Any) -> dict[str, Any]:
    """Return the payload of an answer without errors, and without the errors."""
    payload = next(iter(api(document, **variables).values()))
    assert payload.pop("errors") == []
    return payload


def refused(api: Api, document: str, **variables: Any) -> list[tuple[str | None, ...]]:
    """Return (field, code, path) of each error; nothing may have been written and nothing but errors is answered."""
    before = (everything_on_cards(), list(LoyaltyAccount.objects.order_by("pk").values()))
    payload = next(iter(api(document, **variables).values()))
    errors = payload.pop("errors")
    assert set(payload.values()) == {None}
    assert (everything_on_cards(), list(LoyaltyAccount.objects.order_by("pk").values())) == before
    return [(error["field"], error["code"], error["path"]) for error in errors]


def assert_wrong_ids_are_refused(api: Api, document: str, type_name: str, **variables: Any) -> None:
    for wrong in ("garbage", gid("User", 1), gid(type_name, "x"), gid(type_name, 10**30)):
        assert refused(api, document, id=wrong, **variables) == [("id", "INVALID", None)]
    assert refused(api, document, id=gid(type_name, 0), **variables) == [("id", "NOT_FOUND", None)]


def make_label(account: LoyaltyAccount, name: str, *, is_assigned: bool = False):
    """Make a label of the account's program; returns it."""
    label = cards.create_label(account.program_id, name=name, at=club.now())
    if is_assigned:
        cards.assign_labels([account.pk], label_ids=[label.pk], actor=Actor("STAFF", 1), at=club.now())
    return label


def fill_card(account: LoyaltyAccount, *, staff: Api, app: Api, names: tuple[str, str] = ("VIP", "Regulars")):
    """Put two new labels, a note of staff, one of an app and a field on a card; returns their ids by name."""
    label, other = (make_label(account, name, is_assigned=True) for name in names)
    field = CustomField.objects.get(program_id=account.program_id, key="company")
    by_staff, by_app = Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)
    note = cards.add_note(account.pk, text="Called us.", type="call", author=by_staff, at=club.now())
    cards.add_note(account.pk, text="Wrote.", author=by_app, at=club.now())
    values = [cards.FieldEntry(field_id=field.pk, value="Acme")]
    cards.set_field_values(account.pk, values=values, at=club.now())
    return {
        "label": gid("LoyaltyLabel", label),
        "otherLabel": gid("LoyaltyLabel", other),
        "note": gid("LoyaltyNote", note),
        "field": gid("LoyaltyCustomField", field),
    }


def card_calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of every mutation of cards, on what ``fill_card`` has made."""
    account_id = gid("LoyaltyAccount", account)
    label, note, field = scene.get("label"), scene.get("note"), scene.get("field")
    many = {"accounts": [account_id], "labels": [label]}
    by_filter = {"where": {"ids": [account_id]}, "labels": [label]}
    values = [{"field": field, "value": "Umbrella"}]
    return {
        "loyaltyLabelCreate": (LABEL_CREATE, {"input": {"name": "New"}}),
        "loyaltyLabelUpdate": (LABEL_UPDATE, {"id": label, "input": {"name": "New"}}),
        "loyaltyLabelMerge": (LABEL_MERGE, {"id": label, "into": scene.get("otherLabel")}),
        "loyaltyLabelDelete": (LABEL_DELETE, {"id": label}),
        "loyaltyLabelAssign": (LABEL_ASSIGN, many),
        "loyaltyLabelUnassign": (LABEL_UNASSIGN, many),
        "loyaltyLabelBulkAssign": (LABEL_BULK_ASSIGN, {"input": by_filter}),
        "loyaltyLabelBulkUnassign": (LABEL_BULK_UNASSIGN, {"input": by_filter}),
        "loyaltyNoteAdd": (NOTE_ADD, {"input": {"account": account_id, "text": "New"}}),
        "loyaltyNoteUpdate": (NOTE_UPDATE, {"id": note, "input": {"text": "New"}}),
        "loyaltyNoteDelete": (NOTE_DELETE, {"id": note}),
        "loyaltyCustomFieldCreate": (FIELD_CREATE, {"input": {"name": "New", "type": "TEXT"}}),
        "loyaltyCustomFieldUpdate": (FIELD_UPDATE, {"id": field, "input": {"name": "New"}}),
        "loyaltyCustomFieldArchive": (FIELD_ARCHIVE, {"id": field}),
        "loyaltyCustomFieldValuesSet": (VALUES_SET, {"input": {"account": account_id, "values": values}}),
    }
