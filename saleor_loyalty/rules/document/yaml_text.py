"""The rules document as YAML text.

Reading is strict: only plain mappings, lists and scalars; a key given twice, an alias or a tag of another kind is an
error with its path. Writing is byte-stable: the same rules give the same text, and reading it back gives the same
rules.
"""

from __future__ import annotations

from typing import Any

import yaml

from ...errors import RulesInvalid
from .coherence import Problem
from .parsing import parse_rules, rules_to_data
from .program_rules import ProgramRules

TEXT_MAX = 1_000_000
"""Characters. The reader refuses more before it looks at the text."""

_SCALARS = {
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
}
_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_TEXTS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"}


def rules_to_yaml(rules: ProgramRules) -> str:
    """Return the whole document, defaults included, as YAML text."""
    return yaml.safe_dump(
        rules_to_data(rules), allow_unicode=True, sort_keys=False, default_flow_style=False, width=4096
    )


def rules_from_yaml(text: str) -> ProgramRules:
    """Return the rules that the YAML text describes. Raises RulesInvalid with all problems."""
    if len(text) > TEXT_MAX:
        raise RulesInvalid([("document", f"must have at most {TEXT_MAX} characters")])
    loader: yaml.SafeLoader | None = None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        problems: list[Problem] = []
        data = _Reader(loader, problems).read(node, "") if node is not None else {}
    except yaml.YAMLError as error:
        raise RulesInvalid([("document", _where(error))]) from None
    except RecursionError:
        raise RulesInvalid([("document", "is nested too deeply")]) from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(data, dict):
        raise RulesInvalid([("document", "must be a mapping")])
    if problems:
        raise RulesInvalid(problems)
    return parse_rules(data)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else problem


class _Reader:
    """Turns nodes into data and collects what it refuses."""

    def __init__(self, loader: yaml.SafeLoader, problems: list[Problem]) -> None:
        self._loader = loader
        self._problems = problems
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: str) -> Any:
        if id(node) in self._seen:
            return self._refuse(path, "aliases are not allowed; write the value out")
        self._seen.add(id(node))
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _COLLECTIONS:
            return self._refuse(path, f"the tag {node.tag} is not allowed")
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, f"{path}[{position}]") for position, item in enumerate(node.value)]
        if node.tag in _TEXTS:
            return node.value
        if node.tag in _SCALARS:
            try:
                return self._loader.construct_object(node)
            except ValueError:
                return self._refuse(path, f"{node.value!r} cannot be read")
        return self._refuse(path, f"the tag {node.tag} is not allowed")

    def _read_mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
                name = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
                self._refuse(f"{path}.{name}" if path else str(name), "keys must be text; put it in quotes")
                continue
            key = key_node.value
            key_path = f"{path}.{key}" if path else key
            if key in data:
                self._refuse(key_path, f"is given twice, again on line {key_node.start_mark.line + 1}")
                continue
            data[key] = self.read(value_node, key_path)
        return data

    def _refuse(self, path: str, message: str) -> None:
        self._problems.append((path or "document", message))
