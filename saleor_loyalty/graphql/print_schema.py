"""The loyalty part of a schema as text: our types, and what the host's types and roots gain.

It is the same on every host and in every process: ``schema.graphql`` is compared with the playground's by
``tests/graphql/test_schema.py`` and with Saleor's by ``tests/saleor/test_graphql_in_saleor.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphene.utils.str_converters import to_camel_case

from . import schema as table_of_contents

COMMITTED_SCHEMA = Path(__file__).parent / "schema.graphql"
_HEADER = '# What saleor_loyalty adds to the schema of its host. Written by "make schema".\n'


def print_loyalty_schema(schema: Any) -> str:
    """Return the loyalty part of a graphene schema that ``extend_schema`` has extended, sorted by name."""
    blocks = {_name_of(block): block for block in str(schema).strip().split("\n\n")}
    own = _own_names()
    parts = [_HEADER]
    parts += [_extension(blocks[name], name, fields) for name, fields in sorted(_added_fields().items())]
    parts += [blocks[name] + "\n" for name in sorted(blocks) if name.startswith("Loyalty") or name in own]
    return "\n".join(parts)


def _own_names() -> set[str]:
    """The payload types of our mutations: not all begin with Loyalty."""
    return {field.type._meta.name for field in table_of_contents.MUTATIONS.values()}


def _added_fields() -> dict[str, list[str]]:
    added = {
        "Query": [to_camel_case(name) for name in table_of_contents.QUERIES],
        "Mutation": [to_camel_case(name) for name in table_of_contents.MUTATIONS],
    }
    for host_type, name, _field, _resolver in table_of_contents.HOST_FIELDS:
        added.setdefault(host_type._meta.name, []).append(to_camel_case(name))
    return added


def _extension(block: str, type_name: str, fields: list[str]) -> str:
    lines = [line for line in block.splitlines() if _field_of(line) in fields]
    return "\n".join([f"extend type {type_name} {{", *sorted(lines), "}", ""])


def _name_of(block: str) -> str:
    words = block.split("{", 1)[0].split()
    return words[1] if len(words) > 1 else words[0]


def _field_of(line: str) -> str:
    return line.strip().split("(", 1)[0].split(":", 1)[0]
