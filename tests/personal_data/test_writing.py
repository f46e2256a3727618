"""The answer itself: complete, valid, in pieces of any size, and without what staff keeps to itself."""

from __future__ import annotations

import datetime
import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from saleor_loyalty import cards
from saleor_loyalty.accounts import claim_guest_points, freeze_account, merge_accounts, unfreeze_account
from saleor_loyalty.errors import AccountNotFound
from saleor_loyalty.ledger import Actor, give_points, open_account
from saleor_loyalty.models import LoyaltyAccount, Note
from saleor_loyalty.personal_data import SECTIONS, personal_part, write_personal_data
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


@pytest.fixture
def told(account, dana, variant):
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    club.give(dana, 5, reason="Thank you, Dana.", internal_note="She complained.")
    cards.add_note(account.pk, text="Prefers tea.", author=STAFF, at=club.now())
    freeze_account(account.pk, reason="A complaint.", actor=STAFF, at=club.now())
    unfreeze_account(account.pk, actor=STAFF, at=club.now())
    return account


def written(account, *, is_for_staff=True):
    return json.loads("".join(write_personal_data(account.pk, is_for_staff=is_for_staff, at=club.now())))


def test_staff_gets_everything(told, dana):
    answer = written(told)
    assert list(answer) == ["account", *(section.name for section in SECTIONS)]
    assert (answer["account"]["email"], answer["account"]["userId"], answer["account"]["points"]["balance"]) == (
        "dana@example.com",
        dana.pk,
        1105,
    )
    assert [row["points"] for row in answer["transactions"]] == [1000, 100, 5]
    last = answer["transactions"][-1]
    assert (last["reason"], last["internalNote"]) == ("Thank you, Dana.", "She complained.")
    assert [note["text"] for note in answer["notes"]] == ["Prefers tea."]
    assert [(row["kind"], row["reason"]) for row in answer["accountChanges"]] == [
        ("ACCOUNT_FROZEN", "A complaint."),
        ("ACCOUNT_UNFROZEN", ""),
    ]
    assert len(answer["orders"]) == 1


def test_customers_get_nothing_that_is_for_staff(told):
    answer = written(told, is_for_staff=False)
    text = json.dumps(answer)
    assert set(answer) == {"account", *(section.name for section in SECTIONS if not section.is_for_staff)}
    assert answer["transactions"][-1]["reason"] == "Thank you, Dana."
    for secret in ("She complained.", "Prefers tea.", "A complaint."):
        assert secret not in text


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pieces_of_any_size_make_the_same_answer(told, limit):
    at, place, pieces = club.now(), 0, []
    while True:
        part = personal_part(told.pk, is_for_staff=True, place=place, at=at, limit=limit)
        pieces.append(part.text)
        assert part.rows <= limit
        place = part.place
        if part.is_last:
            break
    assert json.loads("".join(pieces)) == json.loads("".join(write_personal_data(told.pk, is_for_staff=True, at=at)))


def test_what_had_to_stay_with_a_merged_account_is_in_the_answer(told, program):
    other = open_account(program, email="d.cohen@example.com", at=club.now())
    cards.add_note(other.pk, text="Old note.", author=STAFF, at=club.now())
    merge_accounts(other.pk, target_id=told.pk, idempotency_key="m", actor=STAFF, at=club.now(), reason="One person.")
    answer = written(told)
    assert "Old note." in [note["text"] for note in answer["notes"]]
    assert [row["kind"] for row in answer["accountChanges"]].count("ACCOUNT_MERGED") == 2


def test_what_a_claim_left_with_the_guest_is_for_staff_alone(program, variant):
    # given an address that was used long before the rules trust that it is the same person's, and again yesterday
    long_ago, yesterday = (club.now() - datetime.timedelta(days=days) for days in (900, 1))
    guest = open_account(program, email="dana@example.com", at=long_ago)
    for number, at in enumerate((long_ago, yesterday)):
        cards.add_note(guest.pk, text=f"Note {number}.", author=STAFF, at=at)
    dana = club.add_customer()
    claim_guest_points(dana.pk, at=club.now())
    account = LoyaltyAccount.objects.get(user=dana)
    assert Note.objects.get(text="Note 0.").account_id == guest.pk
    give_points(guest.pk, points=40, at=club.now(), idempotency_key="g", reason="Bought as a guest.")

    # when
    for_staff, own = written(account), written(account, is_for_staff=False)

    # then
    assert [note["text"] for note in for_staff["notes"]] == ["Note 0.", "Note 1."]
    assert [row["reason"] for row in for_staff["transactions"]] == ["Bought as a guest."]
    assert (own["transactions"], own["account"]["id"]) == ([], account.pk)


def test_nobody_is_an_error(db):
    with pytest.raises(AccountNotFound):
        list(write_personal_data(0, is_for_staff=True, at=club.now()))


def run(**options):
    output = io.StringIO()
    call_command("loyalty_personal_data", stdout=output, **options)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_the_command_finds_a_customer_by_address_user_and_account(told, dana):
    for whose in ({"email": "Dana@Example.com"}, {"user": dana.pk}, {"account": told.pk}):
        [answer] = run(**whose)
        assert answer["account"]["id"] == told.pk
        assert answer["transactions"][-1]["internalNote"] == "She complained."
    [answer] = run(account=told.pk, without_staff_texts=True)
    assert "notes" not in answer
    with pytest.raises(CommandError, match="no such account"):
        run(email="nobody@example.com")


def test_the_command_writes_a_file(told, tmp_path):
    path = tmp_path / "dana.json"
    assert run(account=told.pk, output=str(path)) == []
    assert json.loads(path.read_text())["account"]["email"] == "dana@example.com"


def test_the_file_is_its_owner_s_alone_also_where_there_was_one(told, tmp_path):
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("x" * 1_000_000)
    old.chmod(0o644)
    for path in (new, old):
        run(account=told.pk, output=str(path))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert json.loads(path.read_text())["account"]["id"] == told.pk
