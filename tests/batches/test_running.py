"""How a batch is worked off: policies, dry run, limits, cancelling, giving up; and several workers on one."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.batches import cancel_batch, forget_names, stalled_batches, step_batch
from saleor_loyalty.batches.refusals import BatchNotFound
from saleor_loyalty.errors import IdempotencyConflict, LoyaltyException, OperationLimitReached
from saleor_loyalty.models import Batch, BatchRow, Lot, LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.programs import lasting_of, load_version
from tests import club
from tests.sessions import together

from .builders import DAY, add_accounts, ask, counts, csv_of, everybody, failed_rows, run, step_until


def balances() -> list[int]:
    return list(LoyaltyAccount.objects.order_by("pk").values_list("balance", flat=True))


def freeze(account: LoyaltyAccount) -> None:
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN")


def test_everybody_whom_a_filter_means_gets_points_but_closed_accounts(program):
    accounts = add_accounts(program, 3)
    LoyaltyAccount.objects.filter(pk=accounts[1].pk).update(status="CLOSED")

    batch = run(ask(program, selection=everybody(program), points=50))

    assert counts(batch) == ("DONE", 2, 2, 0, 100)
    assert balances() == [50, 0, 50]


def test_points_that_move_do_not_change_who_is_meant(program):
    add_accounts(program, 3)

    batch = run(ask(program, selection=AccountFilter(), points=50))

    assert counts(batch) == ("DONE", 3, 3, 0, 150)


def test_points_are_taken_by_a_batch_too_and_never_more_than_there_are(program):
    rich, _poor = add_accounts(program, 2)
    run(ask(program, csv_of([rich], 100)))

    batch = run(ask(program, selection=everybody(program), points=60, kind="DEDUCT"))

    assert counts(batch) == ("DONE", 2, 1, 1, 60)
    assert failed_rows(batch) == [(2, "INSUFFICIENT_POINTS", "points")]
    assert balances() == [40, 0]


def test_a_dry_run_judges_every_row_and_writes_no_points(program):
    accounts = add_accounts(program, 3)
    freeze(accounts[1])
    before = club.everything_written(but=(Batch, BatchRow))

    batch = run(ask(program, csv_of(accounts) + ",\nnobody,5\n", is_dry_run=True))

    assert counts(batch) == ("DONE", 4, 2, 2, 20)
    assert failed_rows(batch) == [(2, "ACCOUNT_FROZEN", "account"), (4, "INVALID", "account")]
    assert club.everything_written(but=(Batch, BatchRow)) == before


def test_reject_everything_gives_nothing_where_one_fails(program):
    accounts = add_accounts(program, 3)
    freeze(accounts[2])

    batch = run(ask(program, csv_of(accounts), error_policy="REJECT_EVERYTHING"))

    assert counts(batch) == ("REJECTED", 3, 0, 1, 0)
    assert balances() == [0, 0, 0]


def test_reject_everything_takes_back_what_was_given_when_a_row_fails_late(program, monkeypatch):
    monkeypatch.setattr("saleor_loyalty.batches.apply_rows.APPLY_CHUNK", 1)
    accounts = add_accounts(program, 3)
    batch = ask(program, csv_of(accounts), error_policy="REJECT_EVERYTHING")
    step_until(batch, lambda batch: batch.done == 1)
    freeze(accounts[2])

    batch = run(batch)

    assert (batch.status, batch.done, batch.failed, batch.points_reverted) == ("REVERTED", 2, 1, 20)
    assert balances() == [0, 0, 0]
    assert club.audit() == []


def test_parts_that_move_nothing_are_left_out_where_failures_are_ignored(program):
    (account,) = add_accounts(program, 1)
    text = f"account,points,source,expires\n{account.pk},5,ORDER,\n{account.pk},x,,\n"

    batch = run(ask(program, text, error_policy="IGNORE_FAILED"))

    assert counts(batch) == ("DONE", 2, 1, 1, 5)
    assert list(BatchRow.objects.order_by("number").values_list("status", "code", "field")) == [
        ("DONE", "INVALID", "source"),
        ("FAILED", "INVALID", "points"),
    ]
    assert LoyaltyTransaction.objects.get().source == "MANUAL"


def test_the_limit_of_one_operation_holds_for_the_batch_and_for_each_row(program):
    club.publish(club.rules(manual={"maxPointsPerOperation": 100}))
    accounts = add_accounts(program, 2)

    with pytest.raises(OperationLimitReached):
        ask(program, selection=everybody(program), points=101)
    batch = run(ask(program, f"account,points\n{accounts[0].pk},100\n{accounts[1].pk},101\n"))

    assert failed_rows(batch) == [(2, "LIMIT_REACHED", "points")]
    assert balances() == [100, 0]


@pytest.mark.parametrize(
    "wish",
    [
        {"points": 5},
        {"points": 5, "selection": AccountFilter(), "text": "account\n"},
        {"selection": AccountFilter()},
        {"selection": AccountFilter(), "points": 0},
        {"selection": AccountFilter(), "points": 5, "source": "TIER"},
        {"selection": AccountFilter(), "points": 5, "reason": "\x00"},
        {"selection": AccountFilter(), "points": 5, "expires_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"selection": AccountFilter(), "points": 5, "key": ""},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(program, wish):
    with pytest.raises(LoyaltyException):
        ask(program, **wish)

    assert not Batch.objects.exists()


def test_the_same_request_is_one_batch_and_another_under_its_key_is_refused(program):
    text = csv_of(add_accounts(program, 1))
    batch = run(ask(program, text, key="k"))

    assert run(ask(program, text, key="k")).pk == batch.pk
    with pytest.raises(IdempotencyConflict):
        ask(program, text + "\n", key="k")
    assert balances() == [10]


def test_a_batch_that_is_cancelled_stops_and_keeps_what_it_gave(program, monkeypatch):
    monkeypatch.setattr("saleor_loyalty.batches.apply_rows.APPLY_CHUNK", 1)
    batch = ask(program, csv_of(add_accounts(program, 3)))
    step_until(batch, lambda batch: batch.done == 1)

    assert cancel_batch(batch.pk, at=club.now()).status == "CANCELED"

    assert counts(run(batch)) == ("CANCELED", 3, 1, 0, 10)
    assert cancel_batch(batch.pk, at=club.now()).status == "CANCELED"
    with pytest.raises(BatchNotFound):
        cancel_batch(-1, at=club.now())


def test_a_stalled_batch_is_found_and_one_that_goes_on_failing_is_given_up(program, monkeypatch):
    batch = ask(program, csv_of(add_accounts(program, 1)))
    later = club.now() + datetime.timedelta(minutes=6)
    assert stalled_batches(at=club.now(), limit=10) == []
    assert stalled_batches(at=later, limit=10) == [batch.pk]

    monkeypatch.setattr("saleor_loyalty.batches.apply_rows.give_to_many", lambda *args, **values: 1 // 0)
    for _ in range(20):
        step_batch(batch.pk, at=club.now())

    batch.refresh_from_db()
    assert (batch.status, batch.problem) == ("FAILED", "It failed 5 times: ZeroDivisionError.")
    assert balances() == [0]


def test_whom_old_batches_named_is_forgotten(program):
    batch = run(ask(program, "email,points\nnobody,5\nguest@example.com,5\n", is_dry_run=True))
    assert BatchRow.objects.get(number=2).target == "email:guest@example.com"

    assert forget_names(at=club.now() + 29 * DAY, limit=10) == 0
    assert forget_names(at=club.now() + 31 * DAY, limit=10) == 1

    assert list(BatchRow.objects.values_list("identity", "target")) == [("", ""), ("", "")]
    assert (forget_names(at=club.now() + 31 * DAY, limit=10), batch.pk) == (0, Batch.objects.get().pk)


@pytest.mark.parametrize("phase", ["JUDGING", "APPLYING"])
@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_batch_give_each_row_once(phase, monkeypatch):
    club.open_channel()
    program = club.publish()
    monkeypatch.setattr("saleor_loyalty.batches.apply_rows.APPLY_CHUNK", 2)
    batch = ask(program, csv_of(add_accounts(program, 20)))
    step_until(batch, lambda batch: batch.status == phase)

    outcomes = together(lambda: run(batch), lambda: run(batch), lambda: run(batch))

    assert [error for _, error in outcomes] == [None, None, None]
    assert counts(run(batch)) == ("DONE", 20, 20, 0, 200)
    assert balances() == [10] * 20
    assert LoyaltyTransaction.objects.count() == 20


@pytest.mark.parametrize("expiry", [{"type": "ROLLING", "months": 12}, {"type": "INACTIVITY", "months": 12}])
def test_points_without_a_date_of_their_own_last_as_the_rules_say(program, expiry):
    rules = club.publish(club.rules(expiry=expiry)).published_version
    first, second = add_accounts(program, 2)
    until = lasting_of(load_version(rules.pk).rules, channel="", at=club.now()).until

    batch = run(ask(program, f"account,points,expires\n{first.pk},10,\n{second.pk},20,2099-12-31\n"))
    given = run(ask(program, selection=AccountFilter(ids=(first.pk,)), points=5, expires_at=until + DAY))

    by_rules, own, of_batch = Lot.objects.order_by("pk")
    assert (counts(batch)[0], counts(given)[0]) == ("DONE", "DONE")
    assert (by_rules.expires_at, by_rules.lasts_while_active) == (until, expiry["type"] == "INACTIVITY")
    assert (own.expires_at, own.lasts_while_active) == (datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC), False)
    assert (of_batch.expires_at, of_batch.lasts_while_active) == (until + DAY, False)


def until_applying(batch):
    step_until(batch, lambda found: found.status == "APPLYING")
    return batch


def test_what_makes_no_sense_any_more_opens_no_account(program):
    """Between judging and applying the limit is lowered and a user deleted."""
    gone, staying = club.add_customer("gone@example.com"), club.add_customer("staying@example.com")
    text = f"user,email,points\n{gone.pk},,5\n{staying.pk},,7\n,new@example.com,8\n"
    batch = until_applying(ask(program, text, error_policy="REJECT_FAILED_ROWS"))
    club.publish(club.rules(manual={"maxPointsPerOperation": 7}))
    gone.delete()

    batch = run(batch)

    assert counts(batch) == ("DONE", 3, 1, 2, 7)
    assert failed_rows(batch) == [(1, "NOT_FOUND", "user"), (3, "LIMIT_REACHED", "points")]
    assert list(LoyaltyAccount.objects.values_list("user_id", "email", "balance")) == [(staying.pk, None, 7)]


def test_an_address_that_is_stored_in_another_case_is_that_guest(program):
    LoyaltyAccount.objects.create(program=program, email="Ann@Example.com", created_at=club.now())

    batch = run(ask(program, "email,points\nann@example.com,5\n"))

    assert counts(batch) == ("DONE", 1, 1, 0, 5)
    assert list(LoyaltyAccount.objects.values_list("email", "balance")) == [("Ann@Example.com", 5)]


def test_from_who_has_no_account_nothing_is_deducted(program):
    """Judging refuses it; here a row comes through all the same."""
    user = club.add_customer("dana@example.com")
    (account,) = add_accounts(program, 1)
    run(ask(program, csv_of([account], points=9)))
    batch = until_applying(ask(program, csv_of([account], points=4), kind="DEDUCT"))
    BatchRow.objects.create(
        batch=batch, number=2, identity_kind="USER", identity="1", target=f"user:{user.pk}", points=3, status="READY"
    )

    batch = run(batch)

    assert failed_rows(batch) == [(2, "INSUFFICIENT_POINTS", "points")]
    assert list(LoyaltyAccount.objects.values_list("user_id", "balance")) == [(None, 5)]
