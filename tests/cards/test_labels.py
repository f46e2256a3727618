"""Making, renaming, merging and deleting labels."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.models import AccountLabel, Label

from .builders import LATER, NOW, RIGHT_TO_LEFT, STAFF, assign, label, labels_of, refusal


def test_a_label_is_made_with_a_key_of_its_name(program):
    made = cards.create_label(program.pk, name="  VIP guests!  ", at=NOW)

    made.refresh_from_db()
    assert (made.name, made.key, made.is_automatic) == ("VIP guests!", "vip-guests", False)
    assert (made.program, made.created_at, made.updated_at) == (program, NOW, NOW)


@pytest.mark.parametrize(
    ("name", "key"),
    [(RIGHT_TO_LEFT, "לקוחות-חשובים-vip"), ("★★★", "label"), ("x" * 250, "x" * 90), ("Émigré", "émigré")],
)
def test_a_name_of_any_script_and_length_has_its_key(program, name, key):
    made = label(program, name)
    assert (made.name, made.key) == (name, key)


def test_names_that_give_the_same_key_are_numbered(program):
    assert [label(program, name).key for name in ("VIP", "VIP!", "VIP?")] == ["vip", "vip-2", "vip-3"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 251, "two\nlines", "tab\there", "nul\x00", "a\u2028b", "\ud800"])
def test_a_wrong_name_is_refused(program, name):
    made = label(program, "VIP")

    refused = ("INVALID", "name", "LoyaltyException")
    assert refusal(lambda: label(program, name)) == refused
    assert refusal(lambda: cards.rename_label(made.pk, name=name, at=LATER)) == refused


@pytest.mark.parametrize("name", ["VIP", "vip", " Vip "])
def test_a_name_is_there_once_in_whatever_case(program, other_program, name):
    label(program, "VIP")
    other = label(program, "Regulars")

    assert refusal(lambda: label(program, name)) == ("ALREADY_EXISTS", "name", "AlreadyExists")
    assert refusal(lambda: cards.rename_label(other.pk, name=name, at=LATER)) == (
        "ALREADY_EXISTS",
        "name",
        "AlreadyExists",
    )
    assert label(other_program, "VIP").key == "vip"


def test_a_label_of_no_program_is_refused(db):
    assert refusal(lambda: cards.create_label(0, name="VIP", at=NOW)) == ("NOT_FOUND", "program", "ProgramNotFound")


def test_renaming_keeps_the_key_and_the_accounts(program, account):
    # given
    made = label(program, "vip")
    assign([account], [made])

    # when
    cards.rename_label(made.pk, name="VIP", at=LATER)
    cards.rename_label(made.pk, name="VIP", at=LATER.replace(year=2027))

    # then
    made.refresh_from_db()
    assert (made.name, made.key, made.created_at, made.updated_at) == ("VIP", "vip", NOW, LATER)
    assert labels_of(account) == ["VIP"]


def test_merging_moves_each_account_once_and_keeps_who_gave_it(program, account, second):
    # given
    old, kept = label(program, "VIPs"), label(program, "VIP")
    assign([account, second], [old], at=NOW)
    assign([account], [kept], at=LATER)

    # when
    merged = cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)

    # then
    assert merged == kept
    assert [labels_of(account), labels_of(second)] == [["VIP"], ["VIP"]]
    assert list(AccountLabel.objects.order_by("account").values_list("account", "actor_id", "created_at")) == [
        (account.pk, 7, LATER),
        (second.pk, 7, NOW),
    ]
    assert list(Label.objects.values_list("name", "updated_at")) == [("VIP", LATER)]
    assert refusal(lambda: cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)) == (
        "NOT_FOUND",
        "label",
        "LabelNotFound",
    )


def test_merging_takes_a_constant_number_of_statements(program, account, second, django_assert_num_queries):
    old, kept = label(program, "VIPs"), label(program, "VIP")
    assign([account, second], [old])
    with django_assert_num_queries(14):  # with two for the atomic block
        cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)


def test_labels_that_cannot_be_merged_are_refused(program, other_program):
    vip, foreign = label(program, "VIP"), label(other_program, "VIP")

    for one, into, refused in (
        (vip.pk, vip.pk, ("INVALID", "into", "LoyaltyException")),
        (vip.pk, foreign.pk, ("INVALID", "into", "LoyaltyException")),
        (vip.pk, 0, ("NOT_FOUND", "into", "LabelNotFound")),
        (0, vip.pk, ("NOT_FOUND", "label", "LabelNotFound")),
    ):
        assert refusal(lambda a=one, b=into: cards.merge_labels(a, into_id=b, actor=STAFF, at=LATER)) == refused


def test_deleting_takes_the_label_off_its_accounts(program, account, second):
    # given
    gone, kept = label(program, "VIP"), label(program, "Regulars")
    assign([account, second], [gone, kept])

    # when
    deleted = cards.delete_label(gone.pk, actor=STAFF, at=LATER)

    # then
    assert (deleted.pk, deleted.name) == (gone.pk, "VIP")
    assert [labels_of(account), labels_of(second)] == [["Regulars"], ["Regulars"]]
    assert refusal(lambda: cards.delete_label(gone.pk, actor=STAFF, at=LATER)) == (
        "NOT_FOUND",
        "label",
        "LabelNotFound",
    )


def test_an_automatic_label_is_made_once_and_not_by_hand(program, account):
    # given
    made = cards.open_automatic_label(program.pk, key="plan-gold", name="Gold", at=NOW)
    by_hand = label(program, "VIP")

    # when
    again = cards.open_automatic_label(program.pk, key="plan-gold", name="Golden", at=LATER)

    # then
    assert (again.pk, again.name, again.is_automatic, again.created_at) == (made.pk, "Gold", True, NOW)
    for act, field in (
        (lambda: cards.rename_label(made.pk, name="Silver", at=LATER), "label"),
        (lambda: cards.delete_label(made.pk, actor=STAFF, at=LATER), "label"),
        (lambda: cards.merge_labels(made.pk, into_id=by_hand.pk, actor=STAFF, at=LATER), "label"),
        (lambda: cards.merge_labels(by_hand.pk, into_id=made.pk, actor=STAFF, at=LATER), "into"),
    ):
        assert refusal(act) == ("INVALID", field, "LoyaltyException")
    assert assign([account], [made], actor=STAFF) == 1


def test_an_automatic_label_leaves_staff_s_own_names_alone(program):
    # given
    label(program, "Gold")
    label(program, "gold 2")

    # when
    made = cards.open_automatic_label(program.pk, key="plan-gold", name="Gold", at=NOW)

    # then
    assert made.name == "Gold 3"
    with pytest.raises(ValueError, match="the key gold belongs to a label that staff has made"):
        cards.open_automatic_label(program.pk, key="gold", name="Gold", at=NOW)
