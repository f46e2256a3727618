"""The scene in which everybody asks about every field, and how an answer is read."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from django.db import connection
from graphql import GraphQLObjectType, get_named_type

from playground.graphql.schema import schema
from saleor_loyalty.accounts import AccountTarget, enroll_account
from saleor_loyalty.ledger import open_account, reverse_award
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, TransactionText
from saleor_loyalty.programs import update_draft
from tests import club

from .api import DENIED, Api, gid
from .authorization_rows import AREAS, ARGUMENTS
from .mutations.test_checkout_loyalty_points_apply import APPLY
from .mutations.test_checkout_loyalty_points_remove import REMOVE
from .mutations.test_loyalty_balance_set import SET
from .mutations.test_loyalty_points_deduct import DEDUCT
from .mutations.test_loyalty_points_give import GIVE
from .program_documents import CREATE, DRAFT, PAUSE, PUBLISH, RESUME, programs_written
from .reward_documents import REWARDS

RULES = club.rules(
    pointNames={
        "en": {"zero": "0 stars", "one": "star", "two": "stars", "few": "stars", "many": "stars", "other": "stars"}
    },
    earning=[
        {
            "key": "basic",
            "name": "Basic",
            "type": "CONVERSION_RATE",
            "points": 1,
            "maxPointsPerOrder": 5000,
            "customerCaps": [{"period": "YEAR", "points": 1_000_000}],
            "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
            "startsAt": "2020-01-01T00:00:00+00:00",
            "endsAt": "2099-01-01T00:00:00+00:00",
        },
        {
            "key": "double",
            "type": "MULTIPLIER",
            "multiplier": "2",
            "conditions": {"labels": ["vip"], "plans": ["gold"], "tiers": ["silver"], "memberStatus": ["MEMBER"]},
        },
    ],
    activities=[
        {
            "key": "opened",
            "name": "Opened the app",
            "event": "opened",
            "points": 5,
            "customerCaps": [{"period": "DAY", "points": 50}],
            "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
            "startsAt": "2020-01-01T00:00:00+00:00",
            "endsAt": "2099-01-01T00:00:00+00:00",
        }
    ],
    redemption={"step": 10},
    expiry={"type": "ROLLING", "months": 12, "noticeDays": [30]},
    manual={"maxPointsPerOperation": 100_000},
    memberships={"noticeDays": [14]},
    profile={"requiredFields": ["company", "phone"]},
    referral={"referrerPoints": 200, "refereePoints": 100, "newCustomersOnly": False, "refundDays": 0},
    tiers=[
        {"key": "silver", "name": "Silver", "requiredPoints": 10, "multiplier": "1.5", "benefits": ["Early access"]},
        {"key": "gold", "name": "Gold", "requiredPoints": 100_000, "multiplier": "2"},
    ],
    tierPolicy={"windowMonths": 12, "graceDays": 30, "keepMonths": 1},
    rewards=REWARDS,
)
# In another currency, which is worth a warning.
RULES["channels"].append({"key": "eu", "channel": "eu", "currency": "EUR"})


def set_scene(
    account: LoyaltyAccount, variant: Any, program: LoyaltyProgram, *, staff: Api, app: Api
) -> dict[str, Any]:
    """Dana's club life: something in every field. Return the variables of the documents."""
    for document, variables in ((DRAFT, {"rules": json.dumps(RULES)}), (PUBLISH, {})):
        answer = staff(document, id=gid("LoyaltyProgram", program), **variables)
        assert next(iter(answer.values()))["errors"] == []
    update_draft(program.pk, data=RULES, at=club.now())
    paid = club.fill_cart(account.user, variant)
    club.apply(paid, 800)
    order = club.complete(paid)
    club.settle(order)
    club.fulfill(order)
    club.settle(order)
    checkout = club.fill_cart(account.user, variant)
    club.apply(checkout, 100)
    for api, key in ((staff, "by staff"), (app, "by app")):
        values = {"account": gid("LoyaltyAccount", account), "points": 100, "reason": "Hello", "idempotencyKey": key}
        values |= {"internalNote": "secret", "externalReference": "ticket", "expiresAt": "2099-01-01T00:00:00+00:00"}
        assert api(GIVE, input=values)["loyaltyPointsGive"]["errors"] == []
    open_account(program, email="guest@example.com", at=club.now())
    enroll_account(AccountTarget(account_id=account.pk), at=club.now())
    reverse_award(account.pk, points=1, at=club.now(), idempotency_key="taken back", order_id=str(order.pk))
    return filled(account, staff=staff, app=app) | {
        "checkout": gid("Checkout", checkout),
        "order": gid("Order", order),
        "program": gid("LoyaltyProgram", program),
        "account": gid("LoyaltyAccount", account),
    }


def filled(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Put something of every area into the scene; return the variables of the documents."""
    return {name: value for area in AREAS for name, value in area.fill(account, staff=staff, app=app).items()}


def selection(type_name: str, field: str) -> str:
    graphql_type = get_named_type(schema().get_type(type_name).fields[field].type)
    subfields = " { __typename }" if isinstance(graphql_type, GraphQLObjectType) else ""
    return f"{field}{ARGUMENTS.get(f'{type_name}.{field}', '')}{subfields}"


def objects(data: Any, fields: list[str]) -> list[dict[str, Any]]:
    """Return the objects of the answer that hold exactly these fields."""
    if isinstance(data, list):
        return [found for item in data for found in objects(item, fields)]
    if not isinstance(data, dict):
        return []
    return [data] if set(data) == set(fields) else [found for item in data.values() for found in objects(item, fields)]


def outcomes(api: Api, document: str, fields: list[str], variables: dict[str, Any]) -> dict[str, str]:
    """Return what each of the fields answers."""
    used = sorted(set(re.findall(r"\$(\w+)", document)))
    header = f"query({', '.join(f'${name}: ID!' for name in used)}) " if used else ""
    answer = api.ask(header + document, **{name: variables[name] for name in used})
    if "errors" in answer:
        codes = {error["extensions"]["exception"]["code"] for error in answer["errors"]}
        assert codes == {DENIED}, answer["errors"]
        return dict.fromkeys(fields, "denied")
    found = objects(answer["data"], fields)
    if not found:
        return dict.fromkeys(fields, "absent")
    return {field: "null" if all(row[field] is None for row in found) else "value" for field in fields}


def edit_a_text_behind_the_ledger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        TransactionText.objects.filter(reason="Welcome").update(reason="Edited")
        cursor.execute("SET LOCAL session_replication_role = 'origin'")


def everything_written() -> tuple[Any, ...]:
    return (club.everything_written(), programs_written(), *(area.written() for area in AREAS))


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def mutation_calls(scene: dict[str, Any], account: Any, checkout: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of every mutation."""
    moved = {
        "account": gid("LoyaltyAccount", account),
        "reason": "Because",
        "idempotencyKey": uuid.uuid4().hex,
    }
    program = {"id": scene.get("program")}
    of_areas = {name: call for area in AREAS for name, call in area.calls(scene, account).items()}
    return of_areas | {
        "checkoutLoyaltyPointsApply": (APPLY, {"id": gid("Checkout", checkout), "points": 100}),
        "checkoutLoyaltyPointsRemove": (REMOVE, {"id": gid("Checkout", checkout)}),
        "loyaltyBalanceSet": (SET, {"input": {**moved, "balance": 5}}),
        "loyaltyPointsDeduct": (DEDUCT, {"input": {**moved, "points": 1}}),
        "loyaltyPointsGive": (GIVE, {"input": {**moved, "points": 1}}),
        "loyaltyProgramCreate": (CREATE, {"input": {"name": "Gold", "slug": f"gold-{uuid.uuid4().hex}"}}),
        "loyaltyProgramDraftUpdate": (DRAFT, {**program, "rules": json.dumps(RULES)}),
        "loyaltyProgramPause": (PAUSE, program),
        "loyaltyProgramPublish": (PUBLISH, program),
        "loyaltyProgramResume": (RESUME, program),
    }
