"""Writes ``docs/reference/events.md`` from the catalogue: ``python scripts/event_reference.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from saleor_loyalty.events.catalogue import CATALOGUE, EventKind, PayloadField  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "events.md"
HEAD = """\
# Events

What endpoints outside of the shop are told of. How to register one, and how to receive events, is in
[Receive events](../how-to/receive-events.md). This page is made from the catalogue by `scripts/event_reference.py`.

Each event is one JSON document:

| field | type | |
|---|---|---|
| `id` | String | The event. The same in every attempt: recognize by it what you have had before. |
| `name` | String | One of the names below. |
| `occurredAt` | DateTime | When it happened. |
| `createdAt` | DateTime | When it was written. |
| `program` | ID, or null | The program. Null only in the test of an endpoint of all programs. |
| `account` | ID, or null | The account whose event it is. Events of one account come in their order. |
| `data` | Object | The fields of its name, below. |

IDs are those of the GraphQL API, moments are ISO 8601 in UTC, and so are days. No event carries a name, an e-mail
address, a reason or a note. Fields may be added; none is removed or given another meaning.
"""


def render() -> str:
    """Return the page."""
    return "\n".join([HEAD, *[_section(name, kind) for name, kind in sorted(CATALOGUE.items())]])


def _section(name: str, kind: EventKind) -> str:
    rows = [f"| `{key}` | {_type(field)} | {field.description} |" for key, field in kind.fields.items()]
    return "\n".join([f"## `{name}`", "", kind.description, "", "| field | type | |", "|---|---|---|", *rows, ""])


def _type(field: PayloadField) -> str:
    text = f"ID of {field.of}" if field.kind == "ID" else field.kind
    return f"{text}, or null" if field.is_nullable else text


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
