"""The house rules hold in the whole tree, and each rule would notice if it did not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .architecture import RULES, Source, read_sources

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["saleor_loyalty", "playground", "tests", "benchmarks", "scripts"]
SOURCES = read_sources(ROOT, FOLDERS)

DOC = '"""Words."""\n'
LONG = "\n".join(["def long():", '    """Words."""', *["    pass"] * 70])

# Rule, path, a snippet that keeps it, a snippet that breaks it, what is said then.
CASES = [
    (
        "saleor_only_in_the_adapter",
        "saleor_loyalty/orders/a.py",
        "import saleorish\nfrom saleor_loyalty import orders",
        "def f():\n    from saleor.order.models import Order",
        "imports saleor.order.models",
    ),
    ("saleor_only_in_the_adapter", "playground/a.py", "", "import saleor", "imports saleor"),
    (
        "graphql_not_in_the_domain",
        "saleor_loyalty/checkout/a.py",
        "from ..rules import parse_rules",
        "import graphene",
        "imports graphene",
    ),
    (
        "parts_depend_downwards",
        "saleor_loyalty/ledger/a.py",
        "from ..models import Lot\nfrom .lots import take",
        "from ..checkout import apply_points",
        "ledger imports checkout",
    ),
    ("parts_depend_downwards", "saleor_loyalty/orders/a.py", "", "from ..graphql import x", "orders imports graphql"),
    (
        "parts_depend_downwards",
        "saleor_loyalty/graphql/types/a.py",
        "from ...rules import x",
        "from ...adapter import x",
        "graphql imports adapter",
    ),
    (
        "parts_depend_downwards",
        "saleor_loyalty/selectors.py",
        "from .models import Lot",
        "from . import ledger",
        "selectors imports ledger",
    ),
    (
        "parts_depend_downwards",
        "saleor_loyalty/errors.py",
        "import re",
        "import saleor_loyalty.models",
        "errors imports models",
    ),
    (
        "rules_are_pure",
        "saleor_loyalty/rules/a.py",
        "import decimal",
        "from django.db import models",
        "imports django.db",
    ),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/accounts/a.py",
        "LoyaltyAccount.objects.filter(pk=1).update(status='CLOSED')\nLot.objects.filter(pk=1).first()",
        "LoyaltyTransaction.objects.create(points=1)",
        "calls LoyaltyTransaction…create",
    ),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/tasks.py",
        "",
        "Lot.objects.filter(x=1).update(remaining=0)",
        "calls Lot…update",
    ),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/tasks.py",
        "",
        "LoyaltyAccount.objects.update(balance=0)",
        "calls LoyaltyAccount…update",
    ),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/adapter/a.py",
        "",
        "models.Reservation.objects.filter(x=1).delete()",
        "calls Reservation…delete",
    ),
    ("only_the_ledger_writes_points", "saleor_loyalty/orders/a.py", "", "row = LotUse(points=1)", "makes a LotUse"),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/orders/a.py",
        "record.redeemed = 5",
        "account.redeemed += 5",
        "assigns account.redeemed",
    ),
    (
        "only_the_ledger_writes_points",
        "saleor_loyalty/graphql/a.py",
        "self.balance = 1",
        "row.balance = 1",
        "assigns row.balance",
    ),
    (
        "row_locks_in_one_place",
        "saleor_loyalty/orders/a.py",
        "order_record_qs_select_for_update().get()",
        "OrderRecord.objects.select_for_update().get()",
        "calls select_for_update",
    ),
    ("no_floats_near_points", "saleor_loyalty/rules/a.py", "isinstance(x, float)", "x = float(y)", "calls float"),
    ("no_floats_near_points", "saleor_loyalty/ledger/a.py", "x = 1", "x = 1.5", "writes the float 1.5"),
    (
        "no_floats_near_points",
        "saleor_loyalty/ledger/a.py",
        "def f(x: int): ...",
        "def f(x: int | float): ...",
        "annotates float",
    ),
    (
        "no_floats_near_points",
        "saleor_loyalty/ledger/a.py",
        "def f() -> int: ...",
        "def f() -> float: ...",
        "annotates float",
    ),
    (
        "nobody_asks_the_clock",
        "saleor_loyalty/orders/a.py",
        "x = at.date()",
        "x = timezone.now()",
        "asks timezone.now",
    ),
    (
        "nobody_asks_the_clock",
        "saleor_loyalty/models/a.py",
        "",
        "f = DateTimeField(default=timezone.now)",
        "asks timezone.now",
    ),
    (
        "nobody_asks_the_clock",
        "saleor_loyalty/rules/a.py",
        "",
        "x = datetime.datetime.now(tz)",
        "asks datetime.datetime.now",
    ),
    (
        "nobody_asks_the_clock",
        "saleor_loyalty/rules/a.py",
        "",
        "from django.utils.timezone import now",
        "imports django.utils.timezone.now",
    ),
    ("functions_are_short", "playground/a.py", LONG.removesuffix("\n    pass"), LONG, "long has 71 lines"),
    ("files_are_short", "tests/a.py", "x = 1\n" * 399, "x = 1\n" * 400, "has 401 lines, more than 400"),
    (
        "files_are_short",
        "saleor_loyalty/adapter/a.py",
        "x = 1\n" * 199,
        "x = 1\n" * 200,
        "has 201 lines, more than 200",
    ),
    ("files_are_named_for_what_they_hold", "saleor_loyalty/orders/utils.py", None, "", "is called utils"),
    ("files_are_named_for_what_they_hold", "saleor_loyalty/helpers/a.py", None, "", "is called helpers"),
    ("names_use_our_words", "saleor_loyalty/a.py", "account = 1", "wallet = 1", "names wallet"),
    ("names_use_our_words", "saleor_loyalty/a.py", "def redeem(): ...", "def burnPoints(): ...", "names burnPoints"),
    ("names_use_our_words", "saleor_loyalty/a.py", "class Basket: ...", "def f(*, item_qty): ...", "names item_qty"),
    (
        "tasks_start_after_commit",
        "saleor_loyalty/adapter/a.py",
        "on_commit(lambda: settle.delay(1))\ntransaction.on_commit(partial(settle.delay, 1))",
        "settle.delay(1)",
        "settle.delay is not given to on_commit",
    ),
    (
        "tasks_start_after_commit",
        "saleor_loyalty/orders/a.py",
        "",
        "f.apply_async([1])",
        "f.apply_async is not given to on_commit",
    ),
    (
        "the_project_speaks_of_itself_alone",
        "tests/a.py",
        "# working",
        "# see /wor" + "k/notes",
        "mentions /wor" + "k/",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds_everywhere(rule):
    problems = [f"{source.path}:{line} {problem}" for source in SOURCES for line, problem in rule(source)]
    assert problems == []


def run_rule(name: str, path: str, snippet: str) -> list[str]:
    [rule] = [rule for rule in RULES if rule.__name__ == name]
    return [problem for _, problem in rule(Source(path, DOC + snippet))]


@pytest.mark.parametrize(("name", "path", "good", "bad", "said"), CASES)
def test_a_snippet_that_breaks_the_rule_is_found_and_one_that_keeps_it_is_not(name, path, good, bad, said):
    assert said in run_rule(name, path, bad)
    if good is not None:
        assert run_rule(name, path, good) == []


def test_a_module_without_a_docstring_is_found():
    [rule] = [rule for rule in RULES if rule.__name__ == "modules_say_what_they_own"]
    assert list(rule(Source("saleor_loyalty/a.py", "x = 1\n"))) == [(1, "has no docstring")]
    assert list(rule(Source("saleor_loyalty/a.py", DOC))) == []
    assert list(rule(Source("saleor_loyalty/__init__.py", "\n"))) == []


def test_every_rule_has_a_snippet_that_breaks_it():
    shown = {name for name, *_ in CASES} | {"modules_say_what_they_own"}
    assert shown == {rule.__name__ for rule in RULES}


def test_every_part_of_the_package_has_its_place_in_the_picture():
    from .architecture import ALLOWED, EDGE_MAY_NOT_IMPORT

    parts = {source.part for source in SOURCES if source.is_package_code} - {"__init__"}
    assert parts <= ALLOWED.keys() | EDGE_MAY_NOT_IMPORT.keys()


def test_the_whole_tree_is_looked_at():
    paths = {source.path for source in SOURCES}
    assert {"saleor_loyalty/rules/redemption.py", "playground/host.py", "tests/test_architecture.py"} <= paths


def test_the_doctor_knows_everything_that_the_adapter_imports_of_saleor():
    adapter = ROOT / "saleor_loyalty" / "adapter"
    imported = {
        f"{node.module}.{alias.name}"
        for path in adapter.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("saleor.")
        and not (node.module or "").startswith("saleor.graphql")
        for alias in node.names
    }
    (listed,) = [
        node.value for node in ast.parse((adapter / "symbols.py").read_text()).body if isinstance(node, ast.Assign)
    ]
    assert set(ast.literal_eval(listed)) == imported
