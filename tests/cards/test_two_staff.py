"""Two staff who fill in one card, one after the other; and texts of every script, and of none."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.errors import FieldValuesChanged
from saleor_loyalty.models import CardChange, CustomField, Label, Note

from .builders import LATER, NOW, RIGHT_TO_LEFT, STAFF, assign, card_of, fill, label, note, refusal, unassign


@pytest.fixture
def company(program):
    return CustomField.objects.get(program=program, key="company")


@pytest.fixture
def position(program):
    return CustomField.objects.get(program=program, key="position")


def set_values(account, *entries):
    """Each entry is (field, value, expected)."""
    values = [cards.FieldEntry(field_id=field.pk, value=value, expected=said) for field, value, said in entries]
    return cards.set_field_values(account.pk, values=values, actor=STAFF, at=LATER)


def test_a_field_that_says_something_else_by_now_is_not_overwritten(account, company, position):
    # given two who have read an empty card
    set_values(account, (company, "Acme", None), (position, "Clerk", ""))

    # when / then the second one loses nothing of the first
    stale = ("STALE_REVISION", "values", "FieldValuesChanged")
    assert refusal(lambda: set_values(account, (company, "Umbrella", None))) == stale
    assert refusal(lambda: set_values(account, (position, "Boss", "Clerk"), (company, None, "Umbrella"))) == stale
    assert card_of(account) == {"company": "Acme", "position": "Clerk"}
    # and who has read it again may
    set_values(account, (company, "Umbrella", " Acme "), (position, None, "Clerk"))
    assert card_of(account) == {"company": "Umbrella"}


def test_who_wants_what_is_there_already_is_not_refused(account, company):
    set_values(account, (company, "Acme", None))
    set_values(account, (company, "Acme", None))
    assert CardChange.objects.count() == 1


def test_every_field_that_changed_is_named_by_its_place(account, company, position):
    fill(account, (company, "Acme"), (position, "Clerk"))
    with pytest.raises(FieldValuesChanged) as caught:
        set_values(account, (company, "x", None), (position, "y", "Boss"))
    assert [path for path, _ in caught.value.problems] == ["values.0.value", "values.1.value"]


def test_what_is_done_to_a_card_is_noted_once_with_who_did_it(program, account, company):
    # given
    vip = label(program, "VIP")

    # when
    for _ in range(2):
        assign([account], [vip], at=NOW)
    for _ in range(2):
        unassign([account], [vip])
    set_values(account, (company, "Acme", None))
    set_values(account, (company, None, "Acme"))

    # then
    changes = CardChange.objects.order_by("pk")
    assert list(changes.values_list("kind", "name", "actor_kind", "actor_id", "created_at")) == [
        ("LABEL_ASSIGNED", "VIP", "STAFF", 7, NOW),
        ("LABEL_UNASSIGNED", "VIP", "STAFF", 7, LATER),
        ("FIELD_CHANGED", "Company", "STAFF", 7, LATER),
        ("FIELD_CHANGED", "Company", "STAFF", 7, LATER),
    ]


@pytest.mark.parametrize(
    "text",
    [RIGHT_TO_LEFT, "\u2067אורח\u2069 \u200e(VIP)", "👩‍👩‍👧‍👦🇮🇱", "e\u0301" * 100, "\u202eflipped", "零" * 250],
)
def test_texts_of_every_script_are_kept_letter_by_letter(program, account, company, text):
    text = text[:250]
    made = label(program, text)
    note(account, text)
    set_values(account, (company, text, None))
    assert (Label.objects.get().name, Note.objects.get().text, card_of(account)) == (text, text, {"company": text})
    assert len(made.key) <= 100


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_what_no_database_can_hold_is_refused(program, account, company, text):
    assert refusal(lambda: label(program, text))[:2] == ("INVALID", "name")
    assert refusal(lambda: note(account, text))[:2] == ("INVALID", "text")
    assert refusal(lambda: set_values(account, (company, text, None)))[:2] == ("INVALID", "values")


def test_very_long_texts_are_kept_up_to_the_limit_and_refused_beyond_it(program, account, company):
    assert len(label(program, "א" * 250).name) == 250
    assert len(note(account, "א" * 10_000).text) == 10_000
    set_values(account, (company, "א" * 10_000, None))
    assert refusal(lambda: label(program, "א" * 251))[:2] == ("INVALID", "name")
    assert refusal(lambda: note(account, "א" * 10_001))[:2] == ("INVALID", "text")
    assert refusal(lambda: set_values(account, (company, "ב" * 10_001, None)))[:2] == ("INVALID", "values")
