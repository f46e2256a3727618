"""``docs/tutorial/first-program.md``: each query is run, in order, on the demo's own data, and answers as told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from playground.demo.sample_data import PASSWORD, load_sample_data

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-program.md"
STEP = re.compile(
    r"<!-- as: (?P<actor>\S+) -->\n```graphql\n(?P<document>.*?)```\n.*?"
    r"<!-- shows: (?P<path>\S+) -->\n```json\n(?P<told>.*?)```",
    re.DOTALL,
)
ID = re.compile(r'"(CHECKOUT|ORDER|VARIANT|PROGRAM)"')
NAMES = {"ProductVariant": "VARIANT", "Checkout": "CHECKOUT", "Order": "ORDER", "LoyaltyProgram": "PROGRAM"}


class Reader:
    """Somebody who follows the page: remembers the ids that answers gave, and puts them into the next query."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.client = Client()
        self.tokens = {"nobody": ""}

    def ask(self, document: str, *, actor: str) -> Any:
        filled = ID.sub(lambda found: f'"{self.ids[found[1]]}"', document)
        headers = {"Authorization": f"Bearer {self._token(actor)}"} if actor != "nobody" else {}
        answer = self.client.post(
            "/graphql/", {"query": filled}, content_type="application/json", headers=headers
        ).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def _token(self, actor: str) -> str:
        if actor not in self.tokens:
            document = f'mutation {{ tokenCreate(email: "{actor}", password: "{PASSWORD}") {{ token }} }}'
            self.tokens[actor] = self.ask(document, actor="nobody")["tokenCreate"]["token"]
        return self.tokens[actor]

    def shown(self, value: Any) -> Any:
        """Return the answer as the page shows it, with a name in place of each id; remember the ids."""
        if isinstance(value, list):
            return [self.shown(item) for item in value]
        if not isinstance(value, dict):
            return value
        shown = {key: self.shown(item) for key, item in value.items()}
        if "id" in value:
            name = NAMES[_type_of(value["id"])]
            self.ids[name] = value["id"]
            shown["id"] = name
        return shown


def _type_of(global_id: str) -> str:
    from graphql_relay import from_global_id

    return from_global_id(global_id)[0]


def _pick(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


@pytest.mark.django_db(transaction=True)
def test_each_step_of_the_tutorial_answers_as_told():
    # given
    load_sample_data()
    page, reader = PAGE.read_text(encoding="utf-8"), Reader()
    steps = list(STEP.finditer(page))
    assert len(steps) == page.count("```graphql") == 11

    # when / then
    for step in steps:
        answer = reader.ask(step["document"], actor=step["actor"])
        assert reader.shown(_pick(answer, step["path"])) == json.loads(step["told"]), step["document"]
