"""The house rules that a machine can check: each is a function from one parsed file to its problems.

A rule says in its docstring what it holds and why. ``tests/test_architecture.py`` runs every rule over the tree, and
shows for every rule a snippet that breaks it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE_LINES_MAX = 400
ADAPTER_LINES_MAX = 200
FUNCTION_LINES_MAX = 70

LEDGER_MODELS = {"LoyaltyTransaction", "TransactionText", "Lot", "LotUse", "Reservation", "LoyaltyAccount"}
CREATING = {"create", "bulk_create", "get_or_create", "update_or_create", "acreate", "abulk_create"}
CHANGING = {"update", "delete", "bulk_update", "raw"}
BALANCE_COLUMNS = {
    "balance", "pending", "reserved", "debt", "given", "expired", "deducted", "last_hash", "next_due_at", "is_matured",
    "remaining",
}  # fmt: skip
# Order records have columns of these names too.
SHARED_COLUMNS = {"redeemed", "reversed", "sequence", "revision"}

EDGES = {"adapter", "graphql", "management", "tasks", "customer_tasks", "apps", "checks", "migrations"}
"""Everything else of the package is the domain: it asks nobody for the time and knows no GraphQL."""

# What each part of the package may import of the package, besides itself. The picture: edges -> verbs -> rules and
# ledger -> models.
ALLOWED = {
    "errors": set(),
    "basket": set(),
    "app_settings": set(),
    "models": set(),
    "rules": {"basket", "errors", "storable_text"},
    "host": {"basket", "app_settings", "reward_terms"},
    "reward_terms": set(),
    "lock_objects": {"models"},
    "events": {"models", "errors", "lock_objects", "app_settings", "host"},
    "ledger": {"storable_text", "events", "models", "errors", "lock_objects", "app_settings", "email_addresses"},
    "messages": {"rules", "errors"},
    "cards": {"storable_text", "events", "ledger", "models", "errors", "lock_objects"},
    "programs": {"storable_text", "events", "cards", "ledger", "rules", "models", "errors", "lock_objects", "host"},
    "activities": {
        "tiers", "memberships", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "basket",
        "sweeping"},
    "notices": {"memberships", "sweeping",
        "events", "programs", "messages", "rules", "models", "lock_objects", "host", "app_settings"},
    "selectors": {"models", "host", "rules", "basket"},
    "sweeping": {"models"},
    "email_addresses": set(), "storable_text": set(), "moments": set(),
    "accounts": {"moments", "storable_text",
        "email_addresses", "activities", "memberships", "referrals", "rewards", "tiers", "cards", "withdraw_exports",
        "events", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "selectors", "messages",
        "sweeping"},
    "tiers": {"events", "programs", "rules", "models", "lock_objects", "sweeping"},
    "memberships": {"storable_text", "tiers", "sweeping",
        "events", "cards", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "basket",
    },
    "orders": {
        "events", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "selectors", "basket",
        "messages", "memberships", "referrals", "rewards", "activities", "tiers", "on_commit",
    },
    "rewards": {
        "events", "memberships", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "basket",
        "selectors", "reward_terms", "sweeping",
    },
    "referrals": {"storable_text",
        "events", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "tiers", "cards",
        "fingerprints",
    },
    "fingerprints": set(),
    "facts": {"tiers", "ledger", "models", "host"},
    "deliveries": {"events", "cards", "ledger", "models", "errors", "lock_objects", "app_settings"},
    "analytics": {"programs", "ledger", "models", "errors", "lock_objects"},
    # Spending ends in the order's own record, so the checkout knows the order; never the other way round.
    "checkout": {
        "orders", "programs", "ledger", "rules", "models", "errors", "lock_objects", "host", "selectors", "messages",
        "basket", "app_settings",
    },
    "batches": {"moments",
        "accounts", "analytics", "ledger", "models", "errors", "lock_objects", "host", "relay_ids", "on_commit",
        "email_addresses",
    },
    # It settles orders and undoes that, to see what they lack.
    "auditing": {"orders", "memberships", "ledger", "rules", "models", "errors", "lock_objects", "host", "on_commit"},
    "withdraw_exports": {"models"},
    "personal_data": {"ledger", "models", "errors", "host", "selectors"},
    "relay_ids": set(),
    "on_commit": set(),
    "log": {"storable_text", "models", "host"},
    "exports": {
        "on_commit", "events", "log", "accounts", "analytics", "ledger", "messages", "models", "errors", "host",
        "personal_data", "withdraw_exports", "lock_objects", "tiers",
    },
    "audiences": {"exports", "cards", "accounts", "events", "ledger", "models", "errors", "lock_objects"},
    "checks": {"host", "app_settings"},
    "apps": {"host", "checks"},
    "migrations": set(),
}  # fmt: skip
# Edges may use all but each other.
EDGE_MAY_NOT_IMPORT = {
    "graphql": {"adapter", "tasks", "customer_tasks", "management", "apps", "checks"},
    "tasks": {"adapter", "graphql", "management", "apps", "checks"},
    "customer_tasks": {"adapter", "graphql", "management", "tasks", "apps", "checks"},
    "management": {"apps", "graphql"},
    "adapter": {"management", "apps"},
}

VAGUE_FILES = {"utils", "util", "helpers", "helper", "misc", "common", "stuff", "tools"}
UNUSED_WORDS = {
    "wallet", "burn", "burned", "accrue", "accrual", "bucket", "campaign", "scheme", "coins", "cfg", "qty", "amt",
    "txn", "tx", "pts", "acct", "usr", "util", "utils", "helper", "helpers", "misc", "foo", "bar",
}  # fmt: skip
FOREIGN_TEXTS = (
    "of the des" + "ign",
    "/wor" + "k/",
    "contract" + ".md",
    "design" + ".md",
    "requirements" + ".md",
    "vocabulary" + ".graphql",
)


@dataclass(frozen=True)
class Source:
    """One Python file, by its path inside the repository."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_package_code(self) -> bool:
        return self.path.startswith("saleor_loyalty/")

    @property
    def part(self) -> str:
        """The part of the package: the first folder, or the file's name."""
        return self.path.split("/")[1].removesuffix(".py") if self.is_package_code else ""

    @property
    def is_domain(self) -> bool:
        return self.is_package_code and self.part not in EDGES

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and absolute dotted name of everything imported; of ``from x import y`` both x and x.y."""
        return list(self._find_imports())

    def _find_imports(self) -> Iterator[tuple[int, str]]:
        package = Path(self.path).parent.parts
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = list(package[: len(package) - node.level + 1]) if node.level else []
                module = ".".join([*base, *([node.module] if node.module else [])])
                yield node.lineno, module
                yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)


Problems = Iterator[tuple[int, str]]


def read_sources(root: Path, folders: Iterable[str]) -> list[Source]:
    """Return every Python file under the folders."""
    return [
        Source(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
    ]


def saleor_only_in_the_adapter(source: Source) -> Problems:
    """The domain runs on any Django project with PostgreSQL."""
    if source.path.startswith(
        ("saleor_loyalty/adapter/", "tests/saleor/", "tests/scenarios/drivers/saleor", "benchmarks/saleor")
    ):
        return
    for line, name in source.imports:
        if name == "saleor" or name.startswith("saleor."):
            yield line, f"imports {name}"


def graphql_not_in_the_domain(source: Source) -> Problems:
    """The verbs serve GraphQL, tasks and commands alike."""
    if not source.is_domain:
        return
    for line, name in source.imports:
        if name.split(".")[0] in {"graphene", "graphql", "graphql_relay", "promise"}:
            yield line, f"imports {name}"


def parts_depend_downwards(source: Source) -> Problems:
    """Edges on verbs, verbs on rules and ledger, those on models; never back."""
    part = source.part
    if not source.is_package_code or part == "__init__":
        return
    for line, name in source.imports:
        pieces = name.split(".")
        if pieces[0] != "saleor_loyalty" or len(pieces) < 2 or pieces[1] in {part, "__version__"}:
            continue
        if pieces[1] in EDGE_MAY_NOT_IMPORT[part] if part in EDGE_MAY_NOT_IMPORT else pieces[1] not in ALLOWED[part]:
            yield line, f"{part} imports {pieces[1]}"


def rules_are_pure(source: Source) -> Problems:
    """The same arguments give the same answer in a checkout, an award and a preview."""
    if source.part == "rules":
        for line, name in source.imports:
            if name.split(".")[0] in {"django", "celery", "time", "random", "os", "requests"}:
                yield line, f"imports {name}"


def only_the_ledger_writes_points(source: Source) -> Problems:
    """Balances are right because one place changes them, under one lock."""
    if not source.is_package_code or source.part in {"ledger", "migrations"}:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield from _ledger_write(node)
        for target in _assigned(node):
            if isinstance(target, ast.Attribute) and _is_balance_column(target):
                yield target.lineno, f"assigns {ast.unparse(target)}"


def _ledger_write(node: ast.Call) -> Problems:
    if isinstance(node.func, ast.Name) and node.func.id in LEDGER_MODELS:
        yield node.lineno, f"makes a {node.func.id}"
    if not isinstance(node.func, ast.Attribute):
        return
    root = ast.unparse(node.func.value)
    model = next(
        (name for name in LEDGER_MODELS if re.match(rf"(models\.)?{name}\.(_base_manager|objects)\b", root)), ""
    )
    if not model:
        return
    columns = {keyword.arg for keyword in node.keywords}
    is_harmless = model == "LoyaltyAccount" and not columns & (BALANCE_COLUMNS | SHARED_COLUMNS)
    if node.func.attr in CREATING or (node.func.attr in CHANGING and not is_harmless):
        yield node.lineno, f"calls {model}…{node.func.attr}"


def _is_balance_column(target: ast.Attribute) -> bool:
    owner = ast.unparse(target.value)
    if owner == "self":
        return False
    return target.attr in BALANCE_COLUMNS or (target.attr in SHARED_COLUMNS and "account" in owner)


def _assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [part for target in node.targets for part in getattr(target, "elts", [target])]
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return [node.target]
    return []


def row_locks_in_one_place(source: Source) -> Problems:
    """One order of locks can only be held where all locks are seen together."""
    if not source.is_package_code or source.part in {"lock_objects", "adapter"}:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "select_for_update":
            yield node.lineno, "calls select_for_update"


def no_floats_near_points(source: Source) -> Problems:
    """Points are whole and money is Decimal; a binary float loses cents."""
    if not source.is_domain:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"writes the float {node.value}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield node.lineno, "calls float"
        annotations = [getattr(node, name, None) for name in ("annotation", "returns")]
        for annotation in annotations:
            if isinstance(annotation, ast.AST) and re.search(r"\bfloat\b", ast.unparse(annotation)):
                yield annotation.lineno, "annotates float"


def nobody_asks_the_clock(source: Source) -> Problems:
    """The moment is an argument, so that yesterday can be judged and tomorrow tested."""
    if not source.is_domain:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = ast.unparse(node.value)
            if owner.split(".")[-1] in {"timezone", "datetime", "date"}:
                yield node.lineno, f"asks {owner}.{node.attr}"
    for line, name in source.imports:
        if name in {"time.time", "django.utils.timezone.now", "django.db.models.functions.Now"}:
            yield line, f"imports {name}"


def functions_are_short(source: Source) -> Problems:
    """What does not fit on a page is two things. The docstring is not counted: to explain must cost nothing."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = node.body[0] if ast.get_docstring(node) is not None else None
            explained = (words.end_lineno or 0) - words.lineno + 1 if words else 0
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - explained
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno, f"{node.name} has {lines} lines"


def files_are_short(source: Source) -> Problems:
    """A file that needs a table of contents is two files. Generated ones are nobody's to read."""
    if "/migrations/" in source.path:
        return
    most = ADAPTER_LINES_MAX if source.part == "adapter" else FILE_LINES_MAX
    lines = len(source.text.splitlines())
    if lines > most:
        yield lines, f"has {lines} lines, more than {most}"


def files_are_named_for_what_they_hold(source: Source) -> Problems:
    """A vague name collects everything."""
    for name in Path(source.path).with_suffix("").parts:
        if name in VAGUE_FILES:
            yield 1, f"is called {name}"


def modules_say_what_they_own(source: Source) -> Problems:
    """Every module begins with what it owns and never does. An empty file owns nothing; tests say it by name."""
    is_exempt = Path(source.path).name.startswith("test_") or "/migrations/" in source.path
    if source.text.strip() and not is_exempt and not ast.get_docstring(source.tree):
        yield 1, "has no docstring"


def names_use_our_words(source: Source) -> Problems:
    """One word for one thing, in the database, the code and the API; no abbreviations."""
    for node in ast.walk(source.tree):
        for name in _defined_names(node):
            words = set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_"))
            if words & UNUSED_WORDS:
                yield getattr(node, "lineno", 1), f"names {name}"


def _defined_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return []


def tasks_start_after_commit(source: Source) -> Problems:
    """A task that starts earlier does not see the rows that it is about. A task may send its own next run: it runs
    outside of any transaction."""
    if source.is_package_code and source.part not in ("tasks", "customer_tasks"):
        yield from _undelayed(source.tree, is_on_commit=False)


def _undelayed(node: ast.AST, *, is_on_commit: bool) -> Problems:
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("on_commit", "send_once_on_commit"):
        is_on_commit = True
    if isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async"} and not is_on_commit:
        yield node.lineno, f"{ast.unparse(node)} is not given to on_commit"
    for child in ast.iter_child_nodes(node):
        yield from _undelayed(child, is_on_commit=is_on_commit)


def the_project_speaks_of_itself_alone(source: Source) -> Problems:
    """No path of a machine, no document that is not in the repository."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        for text in FOREIGN_TEXTS:
            if text in line:
                yield number, f"mentions {text}"


RULES = (
    saleor_only_in_the_adapter,
    graphql_not_in_the_domain,
    parts_depend_downwards,
    rules_are_pure,
    only_the_ledger_writes_points,
    row_locks_in_one_place,
    no_floats_near_points,
    nobody_asks_the_clock,
    functions_are_short,
    files_are_short,
    files_are_named_for_what_they_hold,
    modules_say_what_they_own,
    names_use_our_words,
    tasks_start_after_commit,
    the_project_speaks_of_itself_alone,
)
