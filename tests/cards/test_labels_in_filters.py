"""Labels that go: what the timeline says of it, and what becomes of the filters that name them."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import AccountFilter, LabelChoice, account_filter_from_json, select_accounts
from saleor_loyalty.audiences import audience_accounts, create_audience
from saleor_loyalty.exports import create_export
from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import Audience, Batch, CardChange, Export, LoyaltyAccount, LoyaltyTransaction
from tests.batches.builders import ask

from .builders import LATER, STAFF, assign, label


@pytest.fixture
def people(account, program):
    """One account with each of two labels, one with both, one with none."""
    from saleor_loyalty.ledger import open_account

    others = [open_account(program, email=f"{name}@example.com", at=LATER) for name in ("ben", "cleo", "dora")]
    return [account, *others]


def changes() -> list[tuple[int, str, str, str, int, bool]]:
    rows = CardChange.objects.filter(created_at=LATER).order_by("pk")
    return [(row.account_id, row.kind, row.name, row.actor_kind, row.actor_id) for row in rows]


def keys(accounts) -> list[int]:
    return list(accounts.order_by("pk").values_list("pk", flat=True))


def test_deleting_a_label_is_noted_on_each_of_its_accounts(people, program):
    # given
    gone = label(program, "VIP")
    assign(people[:2], [gone])
    noted = CardChange.objects.count()

    # when
    cards.delete_label(gone.pk, actor=STAFF, at=LATER)

    # then
    assert changes()[-2:] == [(account.pk, "LABEL_UNASSIGNED", "VIP", STAFF.kind, STAFF.id) for account in people[:2]]
    assert CardChange.objects.count() == noted + 2


def test_merging_labels_is_noted_and_who_has_the_other_already_gets_nothing_new(people, program):
    # given
    old, kept = label(program, "Old"), label(program, "Kept")
    assign(people[:2], [old])
    assign([people[1]], [kept])
    noted = CardChange.objects.count()

    # when
    cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)

    # then
    assert changes()[-3:] == [
        (people[0].pk, "LABEL_UNASSIGNED", "Old", STAFF.kind, STAFF.id),
        (people[1].pk, "LABEL_UNASSIGNED", "Old", STAFF.kind, STAFF.id),
        (people[0].pk, "LABEL_ASSIGNED", "Kept", STAFF.kind, STAFF.id),
    ]
    assert CardChange.objects.count() == noted + 3


def test_a_filter_that_excludes_a_deleted_label_matches_nobody(people, program):
    # given
    gone = label(program, "Owes us")
    assign([people[0]], [gone])
    without = AccountFilter(labels=LabelChoice(not_one_of=(gone.pk,)))
    audience = create_audience(program.pk, name="Good payers", wanted=without, at=LATER)
    log = TransactionFilter(without_label_ids=(gone.pk,)).condition()
    assert keys(audience_accounts(audience)) == [account.pk for account in people[1:]]

    # when
    cards.delete_label(gone.pk, actor=STAFF, at=LATER)

    # then
    assert keys(audience_accounts(audience)) == []
    assert not LoyaltyTransaction.objects.filter(log).exists()
    nested = AccountFilter(any_of=(without, AccountFilter(ids=(people[2].pk,))))
    assert keys(select_accounts(nested)) == [people[2].pk]
    assert keys(select_accounts(AccountFilter(labels=LabelChoice(not_one_of=())))) == [one.pk for one in people]


def test_merging_labels_rewrites_the_filters_that_are_kept_and_not_those_that_are_done(people, program, other_program):
    # given
    old, kept, third = label(program, "Old"), label(program, "Kept"), label(program, "Third")
    assign([people[0]], [old])
    assign([people[1]], [kept])
    choice = LabelChoice(not_one_of=(old.pk, third.pk, kept.pk))
    wanted = AccountFilter(all_of=(AccountFilter(labels=choice),), ids=(old.pk,))
    audience = create_audience(program.pk, name="A", wanted=wanted, at=LATER)
    elsewhere = create_audience(other_program.pk, name="A", wanted=wanted, at=LATER)
    waiting = create_export(program.pk, wanted=wanted, at=LATER)
    log = create_export(
        program.pk,
        wanted=TransactionFilter(label_id=old.pk, without_label_ids=(old.pk,), batch_ids=(old.pk,)),
        at=LATER,
    )
    done = create_export(program.pk, wanted=wanted, at=LATER)
    Export.objects.filter(pk=done.pk).update(status="FAILED")
    batch = ask(program, selection=AccountFilter(labels=LabelChoice(eq=old.pk)), points=5)

    # when
    cards.merge_labels(old.pk, into_id=kept.pk, actor=STAFF, at=LATER)

    # then
    expected = AccountFilter(
        all_of=(AccountFilter(labels=LabelChoice(not_one_of=(kept.pk, third.pk))),), ids=(old.pk,)
    )
    assert account_filter_from_json(Audience.objects.get(pk=audience.pk).filter) == expected
    assert account_filter_from_json(Audience.objects.get(pk=elsewhere.pk).filter) == wanted
    assert account_filter_from_json(Export.objects.get(pk=waiting.pk).filter) == expected
    assert account_filter_from_json(Export.objects.get(pk=done.pk).filter) == wanted
    assert Export.objects.get(pk=log.pk).filter == {
        "label_id": kept.pk,
        "without_label_ids": [kept.pk],
        "batch_ids": [old.pk],
    }
    assert Batch.objects.get(pk=batch.pk).selection == {"labels": {"eq": kept.pk}}
    assert LoyaltyAccount.objects.count() == len(people)
