"""``docs/reference/graphql.md``: its examples are run, in their order, and it names everything that the schema has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from playground.graphql.view import MoneyEncoder
from playground.models import Order
from saleor_loyalty.graphql.schema import HOST_FIELDS, MUTATIONS, QUERIES
from saleor_loyalty.models import LoyaltyAccount
from tests import club

from .api import Api, gid
from .card_documents import fill_card
from .test_authorization import camel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "graphql.md"
EXAMPLE = re.compile(r"<!-- as: (\w+) -->\n```graphql\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)


@pytest.fixture
def ids(account: LoyaltyAccount, checkout: Any, variant: Any, staff: Api, app: Api) -> dict[str, str]:
    order = club.order_of(account.user, variant)
    club.settle(order)
    return fill_card(account, staff=staff, app=app) | {
        "account": gid("LoyaltyAccount", account),
        "checkout": gid("Checkout", checkout),
        "customer": gid("User", account.user_id),
        "order": gid("Order", Order.objects.get()),
        "program": gid("LoyaltyProgram", account.program_id),
    }


def answer_to(api: Api, document: str, ids: dict[str, str]) -> Any:
    """Return the answer as JSON; of a top-level error the message alone."""
    answer = api.ask(document, **{name: ids[name] for name in re.findall(r"\$(\w+):", document)})
    if "errors" in answer:
        answer = {**answer, "errors": [{"message": error["message"]} for error in answer["errors"]]}
    return json.loads(json.dumps(answer if "errors" in answer else {"data": answer["data"]}, cls=MoneyEncoder))


def test_each_example_answers_as_told(request: pytest.FixtureRequest, ids: dict[str, str]):
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) == PAGE.read_text(encoding="utf-8").count("```graphql")
    for actor, document, told in examples:
        assert answer_to(request.getfixturevalue(actor), document, ids) == json.loads(told), document


def test_every_query_mutation_and_field_of_the_host_has_its_section():
    headings = set(re.findall(r"`([\w.]+)`", "\n".join(re.findall(r"^### .*", PAGE.read_text(), re.MULTILINE))))
    assert headings == (
        {camel(name) for name in (*QUERIES, *MUTATIONS)}
        | {f"{host_type._meta.name}.{camel(name)}" for host_type, name, _field, _resolver in HOST_FIELDS}
    )
