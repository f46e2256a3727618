"""The rules need no framework, no clock and no settings."""

import ast
import gc
import subprocess
import sys
from pathlib import Path

import saleor_loyalty.rules as package
from saleor_loyalty.rules import evaluate_earning, rule_index

from .builders import AT, basket, conversion, line, rules

FORBIDDEN_MODULES = ("django", "graphene", "graphql", "saleor", "celery", "psycopg")
FORBIDDEN_NAMES = {"now", "today", "utcnow", "float", "environ", "getenv", "open", "random"}


def sources():
    return sorted(Path(package.__file__).parent.rglob("*.py"))


def test_the_rules_are_imported_without_any_framework():
    script = (
        f"import sys, saleor_loyalty.rules; print([name for name in {FORBIDDEN_MODULES!r} if name in sys.modules])"
    )
    root = Path(package.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


def test_the_rules_read_no_clock_and_use_no_binary_float():
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in FORBIDDEN_NAMES:
                    found.add((path.name, name))
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.add((path.name, node.value))
    assert found == set()


def test_an_index_lives_no_longer_than_its_rules():
    # given
    gc.collect()
    before = len(rule_index._indexes)
    document = rules(earning=[conversion()])
    # when
    evaluate_earning(basket(line("1")), rules=document, at=AT)
    while_alive = len(rule_index._indexes)
    del document
    gc.collect()
    # then
    assert (while_alive, len(rule_index._indexes)) == (before + 1, before)
