"""Stories of the proof: what is wrong is named with its order and mended on demand; what nothing mends stays named."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection, transaction

from saleor_loyalty.models import LoyaltyTransaction, OrderRecord
from saleor_loyalty.tasks import settle_order_task
from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import DANA, ask, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = "{ loyaltyPrograms(first: 1) { edges { node { id } } } }"
START = "mutation($program: ID!) { loyaltyAuditStart(programId: $program) { errors { field code message } } }"
AUDIT = """query($program: ID!) { loyaltyAudit(programId: $program) {
    status ok healed findings { code order { id } remedy } } }"""
HEAL = """mutation($program: ID!, $dryRun: Boolean!) { loyaltyAuditHeal(programId: $program, dryRun: $dryRun) {
    steps { remedy order { id } changes obstacle } errors { field code message } } }"""


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders count as settled the moment they change."""
    monkeypatch.setattr("saleor_loyalty.auditing.order_truth.GRACE", -datetime.timedelta(minutes=1))


def program_of(shop: ShopDriver) -> str:
    key: str = ask(shop, PROGRAM)["edges"][0]["node"]["id"]
    return key


def audit(shop: ShopDriver) -> list[tuple[str, str | None]]:
    """Audit the program anew; return the findings with their orders."""
    program = program_of(shop)
    ask(shop, START, program=program)
    return report(shop)


def report(shop: ShopDriver) -> list[tuple[str, str | None]]:
    found = ask(shop, AUDIT, program=program_of(shop))
    assert found["status"] == "FINISHED"
    assert found["ok"] == (found["findings"] == [])
    return sorted((finding["code"], (finding["order"] or {}).get("id")) for finding in found["findings"])


def heal(shop: ShopDriver, *, dry_run: bool) -> list[tuple[str, list[str]]]:
    payload = ask(shop, HEAL, program=program_of(shop), dryRun=dry_run)
    return [(step["remedy"], step["changes"]) for step in payload["steps"] or []]


def tamper(sql: str, *parameters: object) -> None:
    """Change rows behind the triggers' back, as somebody with all rights could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute(sql, parameters)


def delivered(shop: ShopDriver, points: int = 0) -> str:
    checkout = shop.start_checkout({"EYELINER": 2}, by=DANA)
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    order = buy(shop, checkout)
    shop.fulfill(order)
    return order


def test_a_lost_refund_is_named_and_mended_after_it_was_shown(shop, monkeypatch):
    # given
    open_club(shop)
    sound, order = delivered(shop), delivered(shop, 200)
    assert audit(shop) == []
    with monkeypatch.context() as patch:
        patch.setattr(settle_order_task, "delay", lambda order_id: None)
        shop.refund_lines(order, {"EYELINER": 1})

    # when / then it is named
    assert audit(shop) == [("RETURN_MISSING", order), ("REVERSAL_MISSING", order)]

    # when / then it is shown what would be done, and nothing is
    before = moves(shop)
    [(remedy, changes)] = heal(shop, dry_run=True)
    assert remedy == "SETTLE_ORDER"
    assert [change.rpartition(": ")[2] for change in changes] == ["REVERSE -90", "RETURN +100"]
    assert moves(shop) == before

    # when / then it is done, once, and the report says so
    heal(shop, dry_run=False)
    assert moves(shop) == [*before, ("REVERSE", -90), ("RETURN", 100)]
    assert (report(shop), numbers(shop, sound)) == ([], (200, 0, 0, 0, 0))


def test_an_order_that_nobody_has_told_of_is_named_and_awarded(shop, monkeypatch):
    # given a record that is gone, with no transaction to its name yet
    open_club(shop, points=0)
    order = buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA))
    OrderRecord.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(settle_order_task, "delay", lambda order_id: None)
        shop.fulfill(order)

    # when / then
    assert audit(shop) == [("AWARD_MISSING", order)]
    heal(shop, dry_run=False)
    assert (report(shop), moves(shop)) == ([], [("EARN", 50)])


def test_an_edited_row_is_named_and_stays_named(shop):
    # given
    open_club(shop, points=0)
    order = delivered(shop)
    row = LoyaltyTransaction.objects.get()
    tamper("UPDATE saleor_loyalty_loyaltytransaction SET points = 2000 WHERE id = %s", row.pk)

    # when
    found = audit(shop)

    # then
    codes = {code for code, _ in found}
    assert {"HASH_MISMATCH", "AWARD_MISMATCH", "BALANCE_MISMATCH"} <= codes
    assert ("AWARD_MISMATCH", order) in found

    # when / then no healing makes it true
    heal(shop, dry_run=False)
    assert "HASH_MISMATCH" in {code for code, _ in report(shop)}
    assert LoyaltyTransaction.objects.get().points == 2000
