"""What two sessions at once may do to one card; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.errors import AlreadyExists, IdempotencyConflict, LabelNotFound, NoteChanged, NoteNotFound
from saleor_loyalty.models import AccountLabel, CustomField, Label, Note
from tests.ledger.connections import second_while_first_is_uncommitted, together

from .builders import LATER, NOW, STAFF, assign, card_of, fill, label, labels_of, note, unassign

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_label_that_is_just_being_assigned_is_merged_with_its_new_account(program, account):
    old, kept = label(program, "VIPs"), label(program, "VIP")

    second_while_first_is_uncommitted(
        lambda: assign([account], [old]), lambda: cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)
    )

    assert labels_of(account) == ["VIP"]


@pytest.mark.parametrize("how", ["merged", "deleted"])
def test_a_label_that_is_just_going_is_not_assigned_any_more(program, account, how):
    old, kept = label(program, "VIPs"), label(program, "VIP")

    def go():
        if how == "merged":
            return cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)
        return cards.delete_label(old.pk, actor=STAFF, at=LATER)

    _, second = second_while_first_is_uncommitted(go, lambda: assign([account], [old]))

    assert isinstance(second, LabelNotFound)
    assert AccountLabel.objects.count() == 0


def test_two_labels_cannot_be_merged_into_each_other_at_once(program):
    one, other = label(program, "VIPs"), label(program, "VIP")

    _, second = second_while_first_is_uncommitted(
        lambda: cards.merge_labels(one.pk, into_id=other.pk, actor=STAFF, at=LATER),
        lambda: cards.merge_labels(other.pk, into_id=one.pk, actor=STAFF, at=LATER),
    )

    assert isinstance(second, LabelNotFound)
    assert list(Label.objects.all()) == [other]


def test_the_same_assignment_at_once_is_made_once(program, account):
    vip = label(program, "VIP")
    outcomes = second_while_first_is_uncommitted(lambda: assign([account], [vip]), lambda: assign([account], [vip]))
    assert outcomes == [1, 0]


def test_many_assignments_in_any_order_meet_no_deadlock(program, account, second):
    vip, regulars = label(program, "VIP"), label(program, "Regulars")

    outcomes = together(
        lambda: assign([account, second], [vip, regulars]),
        lambda: assign([second, account], [regulars, vip]),
        lambda: unassign([second, account], [vip]),
        lambda: assign([second], [regulars, vip]),
    )

    assert all(type(outcome) is int for outcome in outcomes), outcomes


def test_the_same_name_at_once_is_taken_once(program):
    _, second = second_while_first_is_uncommitted(lambda: label(program, "VIP"), lambda: label(program, "vip"))
    assert isinstance(second, AlreadyExists)
    assert list(Label.objects.values_list("name", "key")) == [("VIP", "vip")]


def test_names_with_the_same_key_at_once_have_two_keys(program):
    second_while_first_is_uncommitted(lambda: label(program, "VIP"), lambda: label(program, "VIP!"))
    assert list(Label.objects.values_list("key", flat=True)) == ["vip", "vip-2"]


def test_an_automatic_label_needed_at_once_is_made_once(program):
    def need():
        return cards.open_automatic_label(program.pk, key="plan", name="Plan", at=NOW)

    first, second = second_while_first_is_uncommitted(need, need)

    assert first == second == Label.objects.get()


def test_the_same_note_at_once_is_added_once(account):
    first, second = second_while_first_is_uncommitted(
        lambda: note(account, idempotency_key="k"), lambda: note(account, idempotency_key="k")
    )
    assert first == second == Note.objects.get()
    _, third = second_while_first_is_uncommitted(
        lambda: note(account, idempotency_key="l"), lambda: note(account, "Wrote.", idempotency_key="l")
    )
    assert isinstance(third, IdempotencyConflict)


def test_a_note_that_is_just_being_deleted_is_not_edited_any_more(account):
    made = note(account)

    _, second = second_while_first_is_uncommitted(
        lambda: cards.delete_note(made.pk), lambda: cards.edit_note(made.pk, text="x", at=LATER)
    )

    assert isinstance(second, NoteNotFound)


def test_two_staff_who_edit_one_note_at_once_do_not_overwrite_each_other(account):
    made = note(account)

    first, second = second_while_first_is_uncommitted(
        lambda: cards.edit_note(made.pk, text="first", expected_updated_at=NOW, at=LATER),
        lambda: cards.edit_note(made.pk, text="second", expected_updated_at=NOW, at=LATER),
    )

    assert first.text == "first"
    assert isinstance(second, NoteChanged)
    assert Note.objects.get().text == "first"


def test_two_staff_who_fill_in_one_card_at_once_lose_nothing_of_each_other(program, account):
    company = CustomField.objects.get(program=program, key="company")
    position = CustomField.objects.get(program=program, key="position")

    second_while_first_is_uncommitted(
        lambda: fill(account, (company, "Acme"), (position, "Clerk")), lambda: fill(account, (position, "Boss"))
    )

    assert card_of(account) == {"company": "Acme", "position": "Boss"}


def test_a_card_that_is_just_being_erased_gets_nothing_from_before(account, program):
    vip = label(program, "VIP")

    second_while_first_is_uncommitted(
        lambda: (assign([account], [vip]), note(account)), lambda: cards.erase_card(account.pk)
    )

    assert (AccountLabel.objects.count(), Note.objects.count()) == (0, 0)
