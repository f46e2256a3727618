"""The program mutations as documents, and how their refusals are read."""

from __future__ import annotations

import json
from typing import Any

from saleor_loyalty.models import LoyaltyProgram, ProgramChannel, ProgramVersion

from .api import Api, gid

ERRORS = "errors { field code message path }"
CREATE = f"""mutation($input: LoyaltyProgramCreateInput!) {{ loyaltyProgramCreate(input: $input) {{
    program {{ name slug status publishedVersion {{ id }} draftVersion {{ id }} guestEarning pointNames {{ one }} }}
    {ERRORS} }} }}"""
DRAFT = f"""mutation($id: ID!, $rules: JSONString!) {{ loyaltyProgramDraftUpdate(id: $id, rules: $rules) {{
    program {{ status }} version {{ number publishedAt rules earningRules {{ key points }} }}
    warnings {{ path code message }} {ERRORS} }} }}"""
PUBLISH = f"""mutation($id: ID!) {{ loyaltyProgramPublish(id: $id) {{
    program {{ status draftVersion {{ number }} publishedVersion {{ number }} }}
    version {{ number publishedBy {{ email }} publishedByApp {{ name }} }} {ERRORS} }} }}"""
PAUSE = f"mutation($id: ID!) {{ loyaltyProgramPause(id: $id) {{ program {{ status }} {ERRORS} }} }}"
RESUME = f"mutation($id: ID!) {{ loyaltyProgramResume(id: $id) {{ program {{ status }} {ERRORS} }} }}"


def programs_written() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (LoyaltyProgram, ProgramVersion, ProgramChannel)]


def refused(api: Api, document: str, **variables) -> list[tuple[str | None, ...]]:
    """Return (field, code, path) of each error; nothing may have been written."""
    before = programs_written()
    answer = next(iter(api(document, **variables).values()))
    assert answer["program"] is None
    assert programs_written() == before
    return [(error["field"], error["code"], error["path"]) for error in answer["errors"]]


def draft(api: Api, program, rules: Any):
    text = rules if isinstance(rules, str) else json.dumps(rules)
    return api(DRAFT, id=gid("LoyaltyProgram", program), rules=text)["loyaltyProgramDraftUpdate"]


def assert_wrong_ids_are_refused(api: Api, document: str, **variables: Any) -> None:
    for wrong in ("garbage", gid("User", 1), gid("LoyaltyProgram", "x"), gid("LoyaltyProgram", 10**30)):
        assert refused(api, document, id=wrong, **variables) == [("id", "INVALID", None)]
    assert refused(api, document, id=gid("LoyaltyProgram", 0), **variables) == [("id", "NOT_FOUND", None)]
