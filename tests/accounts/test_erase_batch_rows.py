"""Erasing a customer empties the rows of batches that name the customer; batches forget what they searched for."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import AccountFilter, delete_card, erase_account
from saleor_loyalty.batches import forget_names
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount
from tests import club
from tests.batches.builders import DAY, ask, run, sleeper

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch):
    monkeypatch.setattr("saleor_loyalty.tasks.run_batch_task", sleeper)


def said() -> list[tuple[str, object, str]]:
    return [(row.identity, row.details, row.message) for row in BatchRow.objects.order_by("pk")]


def test_the_rows_about_an_erased_account_name_nobody_and_those_of_others_stay(account, dana, program):
    # given rows that were refused, which keep whom they name
    text = "email,points,internalNote\nDana@example.com,5,Dana asked\nnoa@example.com,5,Noa asked\nnobody,x,\n"
    run(ask(program, text, error_policy="REJECT_EVERYTHING"))
    before = said()
    assert [identity for identity, _, _ in before] == ["Dana@example.com", "noa@example.com", "nobody"]

    # when
    erase_account(account.pk, at=club.now())

    # then
    assert said() == [("", None, ""), *before[1:]]


def test_deleting_a_guests_card_leaves_no_row_that_would_open_it_anew(program):
    # given
    guest = open_account(program, email="guest@example.com", at=club.now())
    batch = ask(program, "email,points\nguest@example.com,5\n")
    run(batch, steps=1)
    assert said()[0][0] == "guest@example.com"

    # when
    delete_card(guest.pk, actor=STAFF, at=club.now())
    run(batch)

    # then
    row = BatchRow.objects.get()
    assert (row.identity, row.details, row.status, row.transaction_id) == (str(guest.pk), None, "FAILED", None)
    assert list(LoyaltyAccount.objects.values_list("pk", "status", "email")) == [(guest.pk, "CLOSED", None)]


def test_a_batch_forgets_what_it_searched_for_with_its_rows(account, program):
    # given
    searched = AccountFilter(search="dana@example.com")
    wanted = AccountFilter(all_of=(searched, AccountFilter(status="ACTIVE")))
    batch = run(ask(program, selection=wanted, points=5))
    assert batch.done == 1

    # when
    assert forget_names(at=club.now() + 29 * DAY, limit=10) == 0
    assert forget_names(at=club.now() + 31 * DAY, limit=10) == 1

    # then
    assert Batch.objects.get().selection == {"AND": [{"ids": []}, {"status": "ACTIVE"}]}
    assert forget_names(at=club.now() + 31 * DAY, limit=10) == 0
