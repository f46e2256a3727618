"""What the documentation shows is what happens: rules documents, the command's answers, the story of the lots."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from saleor_loyalty.ledger import deduct_points, give_points, open_account, read_points
from saleor_loyalty.models import Lot
from saleor_loyalty.programs import create_program
from saleor_loyalty.rules import rules_from_yaml

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def code_blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def rules_documents() -> list[tuple[str, str]]:
    return [(page.name, block) for page in PAGES for block in code_blocks(page, "yaml") if "schemaVersion" in block]


@pytest.mark.parametrize(("page", "text"), rules_documents())
def test_every_whole_rules_document_in_the_documentation_is_valid(page, text):
    assert rules_from_yaml(text).channels, page


def test_rules_documents_are_found_where_they_are_told():
    assert {"README.md", "rules.md", "manage-program.md"} <= {page for page, _ in rules_documents()}


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("loyalty_program", *args, stdout=out, stderr=io.StringIO(), no_color=True)
    return out.getvalue()


def test_managing_a_program_goes_as_told(db, tmp_path, monkeypatch):
    # given
    page = ROOT / "docs" / "how-to" / "manage-program.md"
    told = page.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [club] = [block for block in code_blocks(page, "yaml") if "schemaVersion" in block]
    Path("club.yaml").write_text(club, encoding="utf-8")
    Path("bad.yaml").write_text("pendingDays: -1\ncolour: red\n", encoding="utf-8")

    # when / then: each answer is on the page, under its command
    for args in (["import", "club", "club.yaml", "--name", "The club"], ["publish", "club"]):
        command = " ".join(f'"{arg}"' if " " in arg else arg for arg in args)
        assert f"$ python manage.py loyalty_program {command}\n{run(*args)}" in told
    with pytest.raises(CommandError) as error:
        run("import", "club", "bad.yaml")
    assert f"loyalty_program import club bad.yaml\nCommandError: {error.value}\n" in told
    run("import", "other", "club.yaml")
    with pytest.raises(CommandError) as error:
        run("publish", "other")
    assert f"loyalty_program publish other\nCommandError: {error.value}\n" in told
    for _ in range(2):
        run("import", "club", "club.yaml", "--publish")
    run("import", "club", "club.yaml")
    assert f"loyalty_program list\n{run('list').splitlines()[0]}\n" in told


def test_the_soonest_expiry_pays_first_as_told(db):
    # given: lots A, B and C of docs/explanation/lots.md
    at = datetime.datetime(2026, 2, 10, tzinfo=datetime.UTC)
    friday = datetime.datetime(2026, 2, 13, tzinfo=datetime.UTC)
    march = datetime.datetime(2026, 3, 31, tzinfo=datetime.UTC)
    february = datetime.datetime(2026, 2, 28, tzinfo=datetime.UTC)
    program = create_program(name="Stars", slug="stars", at=at)
    account = open_account(program, user_id=1, at=at)
    give_points(account.pk, points=100, at=at, idempotency_key="A")
    give_points(account.pk, points=150, at=at, idempotency_key="B", expires_at=march)
    give_points(account.pk, points=50, at=at, idempotency_key="C", available_at=friday, expires_at=february)
    points = read_points([account], at=at)[account.pk]
    assert (points.balance, points.available, points.pending) == (300, 250, 50)

    # when
    deduct_points(account.pk, points=200, at=at, idempotency_key="spent")

    # then
    remaining = dict(Lot.objects.values_list("transaction__idempotency_key", "remaining"))
    assert remaining == {"A": 50, "B": 0, "C": 50}
