"""Which accounts a filter means."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.accounts import (
    AccountFilter,
    IntegerRange,
    LabelChoice,
    MomentRange,
    search_accounts,
    select_account_branches,
    select_accounts,
)
from saleor_loyalty.ledger import deduct_points, open_account
from saleor_loyalty.models import Label, LoyaltyAccount
from tests import club
from tests.cards.builders import assign, label

EVERYBODY = ["anna", "ben", "cleo", "guest"]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def crowd(program) -> dict[str, LoyaltyAccount]:
    """Anna 300 given, 100 taken; Ben 50; Cleo 300, unconfirmed; a guest without points. Anna is VIP, Ben is new."""
    anna = club.give(club.add_customer("anna@example.com", first_name="אנה", last_name="Rossi"), 300)
    deduct_points(anna.pk, points=100, at=club.now(), idempotency_key="take", reason="Error")
    ben = club.give(club.add_customer("ben@example.com", first_name="بن", last_name="Rossini"), 50)
    cleo = club.give(club.add_customer("cleo@example.com", is_confirmed=False), 300)
    guest = open_account(program, email="guest+7@example.com", at=club.now())
    assign([anna], [label(program, "VIP")])
    assign([ben], [label(program, "New")])
    return {"anna": anna, "ben": ben, "cleo": cleo, "guest": guest}


def names(account_filter: AccountFilter) -> list[str]:
    def name(account: LoyaltyAccount) -> str:
        return (account.user.email if account.user else account.email).split("@")[0].split("+")[0]

    found = [name(account) for account in select_accounts(account_filter)]
    for branches in forms(account_filter):
        assert sorted(name(account) for branch in branches for account in branch) == sorted(found)
    return sorted(found)


def forms(account_filter: AccountFilter) -> Iterator[list[QuerySet[LoyaltyAccount]]]:
    """Yield the accounts of a filter in all forms that there are."""
    yield select_account_branches(account_filter)
    search = search_accounts(account_filter)
    if search is not None:
        yield [search.found_among([account.pk for account in search.walked])]
        yield search.named() or [search.followed()]


def test_each_part_of_a_filter_narrows_the_accounts(crowd, program):
    vip, new = Label.objects.get(name="VIP").pk, Label.objects.get(name="New").pk
    LoyaltyAccount.objects.filter(pk=crowd["ben"].pk).update(status="FROZEN", enrolled_at=club.now())
    for account_filter, expected in (
        (AccountFilter(), EVERYBODY),
        (AccountFilter(ids=(crowd["anna"].pk, 0)), ["anna"]),
        (AccountFilter(programs=(program.pk,)), EVERYBODY),
        (AccountFilter(programs=(0,)), []),
        (AccountFilter(users=(crowd["ben"].user_id,)), ["ben"]),
        (AccountFilter(status="FROZEN"), ["ben"]),
        (AccountFilter(member_status="MEMBER"), ["anna", "ben"]),
        (AccountFilter(member_status="PENDING"), ["cleo"]),
        (AccountFilter(member_status="VISITOR"), ["guest"]),
        (AccountFilter(labels=LabelChoice(eq=vip)), ["anna"]),
        (AccountFilter(labels=LabelChoice(one_of=(vip, new))), ["anna", "ben"]),
        (AccountFilter(labels=LabelChoice(not_one_of=(vip,))), ["ben", "cleo", "guest"]),
        (AccountFilter(labels=LabelChoice(one_of=(vip, new), not_one_of=(vip,))), ["ben"]),
        (AccountFilter(balance=IntegerRange(gte=50, lte=200)), ["anna", "ben"]),
        (AccountFilter(available=IntegerRange(gte=201)), ["cleo"]),
        (AccountFilter(earned=IntegerRange(gte=300)), ["anna", "cleo"]),
        (AccountFilter(redeemed=IntegerRange(lte=0)), EVERYBODY),
        (AccountFilter(redeemed=IntegerRange(gte=1)), []),
        (AccountFilter(last_activity_at=MomentRange(gte=club.now() - DAY)), ["anna", "ben", "cleo"]),
        (AccountFilter(created_at=MomentRange(gte=club.now() - DAY)), EVERYBODY),
        (AccountFilter(enrolled_at=MomentRange(lte=club.now() + DAY)), ["ben"]),
        (AccountFilter(all_of=(AccountFilter(status="ACTIVE"), AccountFilter(member_status="MEMBER"))), ["anna"]),
        (
            AccountFilter(any_of=(AccountFilter(status="FROZEN"), AccountFilter(ids=(crowd["anna"].pk,)))),
            ["anna", "ben"],
        ),
        (AccountFilter(any_of=()), []),
        (AccountFilter(any_of=(AccountFilter(ids=()), AccountFilter())), EVERYBODY),
        (AccountFilter(any_of=(AccountFilter(search="anna"), AccountFilter(search="guest"))), ["anna", "guest"]),
    ):
        assert names(account_filter) == expected, account_filter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna", ["anna"]),
        ("  ROSSI ", ["anna", "ben"]),
        ("אנה", ["anna"]),
        ("بن", ["ben"]),
        ("gUEST", ["guest"]),
        ("example.com", EVERYBODY),
        ("7", ["guest"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("nobody", []),
        ("\x00", EVERYBODY),
    ],
)
def test_a_search_finds_customers_by_name_or_e_mail_and_guests_by_e_mail(crowd, text, expected):
    assert names(AccountFilter(search=text)) == expected
    assert names(AccountFilter(all_of=(AccountFilter(search=text),))) == expected


@pytest.mark.parametrize("text", ["gUEST", "example.com", "rossi", "%", "+7@", "\\"])
def test_a_search_finds_the_same_where_there_is_much_to_be_found(crowd, monkeypatch, text):
    little = names(AccountFilter(search=text))
    monkeypatch.setattr(importlib.import_module("saleor_loyalty.accounts.search_accounts"), "FEW", 0)
    assert names(AccountFilter(search=text)) == little


@pytest.mark.parametrize(("gathered", "walk"), [(0, 60), (20_000, 0), (20_000, 1_000)])
@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"eq": "VIP"}, ["anna"]),
        ({"one_of": ("VIP", "New")}, ["anna", "ben"]),
        ({"one_of": ("VIP", "New"), "not_one_of": ("New",)}, ["anna"]),
        ({"not_one_of": ("VIP",)}, ["ben"]),
        ({"eq": "Nobody"}, []),
    ],
)
def test_accounts_with_labels_are_searched_whether_few_or_many_have_the_label(
    crowd, program, monkeypatch, gathered, walk, choice, expected
):
    module = importlib.import_module("saleor_loyalty.accounts.select_accounts")
    monkeypatch.setattr(module, "RARELY_ASSIGNED", gathered)
    monkeypatch.setattr(module, "_WALK", walk)
    label(program, "Nobody")
    keys = dict(Label.objects.values_list("name", "pk"))
    labels = LabelChoice(
        **{kind: keys[of] if kind == "eq" else tuple(keys[name] for name in of) for kind, of in choice.items()}
    )
    assert names(AccountFilter(labels=labels, search="rossi")) == expected
    assert names(AccountFilter(all_of=(AccountFilter(labels=labels),), search="rossi")) == expected


def test_a_user_s_key_finds_that_user_and_whoever_has_these_digits_in_the_e_mail(crowd, program):
    anna = crowd["anna"].user_id
    User.objects.filter(pk=anna).update(email=f"anna@{anna}.example.com")
    open_account(program, email=f"other+@{anna}.example.com", at=club.now())
    assert names(AccountFilter(search=str(anna))) == (["anna", "guest", "other"] if anna == 7 else ["anna", "other"])
    assert names(AccountFilter(search="9" * 30)) == []


def test_contradictions_are_met_by_nobody_and_ask_the_database_nothing(crowd):
    low, high = IntegerRange(lte=1), IntegerRange(gte=2)
    vip = Label.objects.get(name="VIP").pk
    for account_filter in (
        AccountFilter(balance=IntegerRange(gte=2, lte=1)),
        AccountFilter(earned=low, all_of=(AccountFilter(earned=high),)),
        AccountFilter(all_of=(AccountFilter(all_of=(AccountFilter(redeemed=low),)), AccountFilter(redeemed=high))),
        AccountFilter(created_at=MomentRange(gte=club.now(), lte=club.now() - DAY)),
        AccountFilter(status="ACTIVE", all_of=(AccountFilter(status="FROZEN"),)),
        AccountFilter(member_status="MEMBER", all_of=(AccountFilter(member_status="VISITOR"),)),
        AccountFilter(labels=LabelChoice(eq=vip, not_one_of=(vip,))),
        AccountFilter(labels=LabelChoice(eq=vip), all_of=(AccountFilter(labels=LabelChoice(not_one_of=(vip, 0))),)),
        AccountFilter(labels=LabelChoice(one_of=())),
        AccountFilter(ids=()),
        AccountFilter(any_of=(AccountFilter(users=()), AccountFilter(any_of=()))),
        AccountFilter(search="anna", all_of=(AccountFilter(ids=()),)),
    ):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert names(account_filter) == [], account_filter
        assert len(statements) == 0, account_filter
