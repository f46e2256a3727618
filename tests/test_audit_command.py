"""``manage.py loyalty_audit``: what it prints, what it mends and how it ends."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from playground.models import Order
from saleor_loyalty.auditing import claim_audit, start_audit, step_audit
from saleor_loyalty.models import AuditRun, LoyaltyAccount, LoyaltyProgram, OrderRecord
from tests import club

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def account(db):
    club.open_channel()
    club.publish()
    return club.give(club.add_customer(), 50)


@pytest.fixture
def unseen(account):
    """A delivered order of 100 two days ago that nobody told of."""
    order = club.order_of(account.user, club.add_variant(price=100), 1)
    club.fulfill(order)
    Order.objects.update(updated_at=club.now() - 2 * DAY)
    return order


def audit(*words):
    """Return the exit code, what was printed and what the error says."""
    out = StringIO()
    try:
        call_command("loyalty_audit", *words, stdout=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines(), str(error)
    return 0, out.getvalue().splitlines(), ""


def test_sound_books(account):
    assert audit() == (0, ["Nothing differs."], "")
    assert audit("--program", "club", "--heal", "--yes") == (0, ["Nothing differs."], "")
    assert AuditRun.objects.filter(status="FINISHED", findings_count=0, accounts_done=1).count() == 2


def test_what_differs_is_printed_and_nothing_is_changed(account):
    # given
    LoyaltyAccount.objects.update(balance=51, given=51)

    # when
    code, lines, error = audit()

    # then
    assert (code, error) == (1, "3 findings: 1 BALANCE_MISMATCH, 1 LOTS_MISMATCH, 1 SUMS_MISMATCH.")
    assert lines == [
        f"account {account.pk}\t-\t-\tBALANCE_MISMATCH\tThe column balance says 51, the rows say 50.",
        f"account {account.pk}\t-\t-\tSUMS_MISMATCH\tThe column given says 51, the rows say 50.",
        f"account {account.pk}\t-\t-\tLOTS_MISMATCH\tThe column balance says 51, the rows say 50.",
    ]
    assert LoyaltyAccount.objects.get().given == 51


def test_healing_is_said_first_and_done_on_demand(account):
    # given
    LoyaltyAccount.objects.update(balance=51, given=51)

    # when
    code, lines, _ = audit("--heal")

    # then
    said = [f"account {account.pk}\tbalance: 51 -> 50", f"account {account.pk}\tgiven: 51 -> 50"]
    assert code == 1
    assert lines[3:] == ["This would be done (--yes does it):", *said]
    assert LoyaltyAccount.objects.get().given == 51

    # when
    code, lines, _ = audit("--heal", "--yes")

    # then
    assert code == 0
    assert lines[3:] == ["Done:", *said, "Audited again:", "Nothing differs."]
    assert LoyaltyAccount.objects.get().given == 50
    assert audit() == (0, ["Nothing differs."], "")


def test_an_edited_row_is_named_and_never_changed(account):
    # given somebody who takes the triggers off
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE saleor_loyalty_loyaltytransaction SET occurred_at = occurred_at - interval '1 day'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    # when
    code, lines, error = audit("--heal", "--yes")

    # then
    assert (code, error) == (1, "1 findings: 1 HASH_MISMATCH.")
    assert lines[1:] == ["Done:", "Nothing mends HASH_MISMATCH."]
    assert "HASH_MISMATCH" in audit()[1][0]


def test_an_order_that_never_reached_us_is_named_and_settled(account, unseen):
    # when
    code, lines, error = audit("--heal")

    # then
    assert (code, error) == (1, "1 findings: 1 AWARD_MISSING.")
    message = f"Order {unseen.pk}: 100 points should have been awarded."
    assert lines == [
        f"account {account.pk}\t-\torder {unseen.pk}\tAWARD_MISSING\t{message}",
        "This would be done (--yes does it):",
        f"order {unseen.pk}\trecord of order {unseen.pk}, record: none -> made anew",
        f"order {unseen.pk}\torder {unseen.pk}: EARN +100",
    ]
    assert not OrderRecord.objects.exists()
    assert club.movements() == [("GIVE", 50)]

    # when
    assert audit("--heal", "--yes")[0] == 0

    # then
    assert club.movements() == [("GIVE", 50), ("EARN", 100)]


def test_which_orders_are_compared(account, unseen):
    since = (club.now() - 3 * DAY).isoformat()

    assert audit("--no-orders")[0] == 0
    assert audit("--since", "1d")[0] == 0
    assert audit("--since", club.now().isoformat())[0] == 0
    for words in (("--since", "3d"), ("--since", since), ("--since", since[:10]), ("--since", "beginning"), ()):
        assert audit(*words)[0] == 1, words


def test_a_change_of_a_moment_ago_may_still_be_on_its_way(account, unseen):
    Order.objects.update(updated_at=club.now() - datetime.timedelta(minutes=20))
    assert audit()[0] == 0

    Order.objects.update(updated_at=club.now() - datetime.timedelta(minutes=31))
    assert audit()[0] == 1


@pytest.mark.parametrize("words", [("--since", "soon"), ("--since", "2026-02-30"), ("--yes",), ("--since", "")])
def test_wrong_calls(account, words):
    code, lines, _ = audit(*words)

    assert (code, lines) == (2, [])
    assert not AuditRun.objects.exists()


def test_only_the_program_is_looked_at(account):
    LoyaltyAccount.objects.update(balance=51, given=51)
    club.publish({**club.rules(), "channels": []}, slug="other")

    assert audit("--program", "other") == (0, ["Nothing differs."], "")
    assert audit("--program", "club")[0] == 1
    assert audit("--program", "nobody") == (2, [], "There is no program nobody.")


def test_an_audit_that_is_under_way_elsewhere_is_left_alone(account):
    run = start_audit(account.program_id, at=club.now(), orders_since=None, is_background=False)
    claim_audit(run.pk, at=club.now())

    assert audit() == (3, [], "An audit of club is under way elsewhere.")


def test_a_run_that_was_killed_is_gone_on_with_and_says_what_it_had_found(account):
    # given a run that has looked at the accounts, and whose worker is dead since
    LoyaltyAccount.objects.update(balance=51, given=51)
    past = club.now() - club.HOUR
    run = start_audit(LoyaltyProgram.objects.get().pk, at=past, orders_since=None, is_background=False)
    step_audit(run.pk, claim=claim_audit(run.pk, at=past), at=past)

    # when
    code, lines, _ = audit()

    # then
    assert (code, len(lines), AuditRun.objects.get().status) == (1, 3, "FINISHED")
