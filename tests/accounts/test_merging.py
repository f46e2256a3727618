"""Two accounts of one person become one, and two again: points, debts, orders, memberships and the card."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import freeze_account, merge_accounts, undo_merge
from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    IdempotencyConflict,
    LoyaltyException,
    PointsReserved,
)
from saleor_loyalty.ledger import Actor, award_points, deduct_points, give_points, open_account, reverse_award
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import (
    AccountChange,
    AccountLabel,
    AccountMerge,
    CustomField,
    CustomFieldValue,
    Lot,
    LoyaltyAccount,
    LoyaltyTransaction,
    Membership,
    Note,
    OrderRecord,
)
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def other(program):
    """Dana's second account, under another address."""
    return club.give(club.add_customer("d.cohen@example.com"), 300)


def merge(source, target, *, key="merge-1", **values):
    arguments = {"idempotency_key": key, "actor": STAFF, "at": club.now(), **values}
    return merge_accounts(source.pk, target_id=target.pk, **arguments)


def undo(merged, **values):
    return undo_merge(merged.merge.pk, actor=STAFF, at=club.now(), **values)


def everything():
    models = (AccountMerge, AccountChange, AccountLabel, Note, CustomFieldValue, Membership, OrderRecord, Lot)
    return {
        **club.everything_written(),
        **{model.__name__: list(model.objects.order_by("pk").values()) for model in models},
    }


def refused(error, *arguments, **values):
    before = everything()
    with pytest.raises(error) as caught:
        merge(*arguments, **values)
    assert everything() == before
    return caught.value


def status_of(account):
    return LoyaltyAccount.objects.values_list("status", flat=True).get(pk=account.pk)


def shop_wide():
    rows = LoyaltyAccount.objects.values_list(
        "balance", "given", "redeemed", "expired", "reversed", "deducted", "debt"
    )
    return [sum(column) for column in zip(*rows, strict=True)]


def lots(account):
    rows = Lot.objects.filter(account=account, remaining__gt=0).order_by("expires_at", "pk")
    return list(rows.values_list("remaining", "available_at", "expires_at"))


def test_points_move_lot_by_lot_in_pairs_and_keep_their_dates(account, other):
    # given points that expire, points that are pending, and points that last
    at = club.now()
    soon, later = at + 30 * DAY, at + 3 * DAY
    give_points(other.pk, points=40, at=at, idempotency_key="soon", expires_at=soon)
    give_points(other.pk, points=7, at=at, idempotency_key="later", available_at=later)
    wanted = [(row[0], row[1], row[2]) for row in lots(other)]
    before = shop_wide()

    # when
    result = merge(other, account)

    # then
    assert (result.merge.points, result.merge.debt) == (347, 0)
    assert club.movements(other)[-3:] == [("MERGE_OUT", -40), ("MERGE_OUT", -300), ("MERGE_OUT", -7)]
    assert club.movements(account)[-3:] == [("MERGE_IN", 40), ("MERGE_IN", 300), ("MERGE_IN", 7)]
    assert sorted(row for row in lots(account) if row[0] != 1000) == sorted(wanted)
    assert club.points_of(account) == (1340, 7, 0, 0)
    assert club.points_of(other) == (0, 0, 0, 0)
    assert shop_wide() == before
    assert club.audit() == []
    references = set(LoyaltyTransaction.objects.filter(type="MERGE_IN").values_list("external_reference", flat=True))
    assert references == {f"merge:{result.merge.pk}"}


def test_the_source_is_closed_keeps_its_owner_and_points_to_the_target(account, other):
    at = club.now()
    merged = merge(other, account, at=at, reason="The same person.").merge
    stored = LoyaltyAccount.objects.get(pk=other.pk)
    assert (stored.status, stored.user_id, stored.closed_at) == ("CLOSED", other.user_id, at)
    assert (merged.source_id, merged.target_id, merged.undone_at) == (other.pk, account.pk, None)
    changes = AccountChange.objects.order_by("pk").values_list("account", "kind", "reason", "merge", "actor_id")
    assert list(changes) == [
        (other.pk, "ACCOUNT_MERGED", "The same person.", merged.pk, 7),
        (account.pk, "ACCOUNT_MERGED", "The same person.", merged.pk, 7),
    ]


def owing(account, points):
    """Let the account owe points: what an order had earned is spent, and then taken back in full."""
    award_points(
        account.pk,
        points=points,
        at=club.now(),
        idempotency_key=f"owing-{account.pk}",
        order_id=f"owing-{account.pk}",
        program_version=account.program.published_version_id,
        channel_slug=club.CHANNEL,
        receipt=None,
        available_at=club.now(),
    )
    available = club.points_of(account)[0]
    deduct_points(account.pk, points=available, at=club.now(), idempotency_key=f"spent-{account.pk}")
    reverse_award(
        account.pk,
        points=points,
        at=club.now(),
        idempotency_key=f"back-{account.pk}",
        order_id=f"owing-{account.pk}",
        policy="ALLOW_NEGATIVE",
    )


def test_a_debt_moves_as_a_pair_and_is_paid_by_what_the_target_has(account, other):
    # given
    owing(other, 80)
    before = shop_wide()

    # when
    merged = merge(other, account).merge

    # then
    assert (merged.points, merged.debt) == (0, 80)
    assert (club.points_of(other), club.points_of(account)) == ((0, 0, 0, 0), (920, 0, 0, 0))
    assert (club.movements(other)[-1], club.movements(account)[-1]) == (("MERGE_IN", 80), ("MERGE_OUT", -80))
    assert shop_wide()[:-1] == before[:-1]
    assert club.audit() == []


def test_a_debt_larger_than_what_the_target_has_is_owed_by_the_target(account, other):
    owing(other, 80)
    deduct_points(account.pk, points=950, at=club.now(), idempotency_key="most")
    merge(other, account)
    assert club.points_of(account) == (0, 0, 0, 30)
    assert club.audit() == []


def test_points_that_come_pay_what_the_target_owes(account, other):
    owing(account, 80)
    merge(other, account)
    assert club.points_of(account) == (220, 0, 0, 0)
    assert club.audit() == []


def test_a_preview_says_exactly_what_the_merge_then_does_and_writes_nothing(account, other):
    # given
    owing(other, 80)
    give_points(other.pk, points=25, at=club.now(), idempotency_key="later", available_at=club.now() + DAY)
    before = everything()

    # when
    previewed = merge(other, account, is_dry_run=True)

    # then
    assert everything() == before
    assert previewed.merge is None
    preview = previewed.preview
    assert (preview.points, preview.debt, preview.lots_count, len(preview.lots)) == (25, 80, 1, 1)
    assert (preview.source_before.debt, preview.source_before.pending) == (80, 25)
    assert (preview.target_before.available, preview.target_after.available, preview.target_after.pending) == (
        1000,
        920,
        25,
    )

    # when
    merge(other, account)

    # then
    assert club.points_of(account) == (preview.target_after.available, 25, 0, 0)


def test_the_same_key_again_returns_the_stored_merge(account, other):
    first = merge(other, account).merge
    rows = LoyaltyTransaction.objects.count()
    again = merge(other, account)
    assert (again.merge.pk, again.preview, LoyaltyTransaction.objects.count()) == (first.pk, None, rows)


def test_the_same_key_for_other_accounts_is_refused(account, other):
    merge(other, account)
    third = club.give(club.add_customer("third@example.com"), 5)
    assert refused(IdempotencyConflict, third, account).code == "IDEMPOTENCY_KEY_REUSED"


def test_what_cannot_be_merged_is_refused_and_writes_nothing(account, other, program):
    elsewhere = open_account(
        club.publish(club.rules(channels=[]), slug="elsewhere"), email="x@example.com", at=club.now()
    )
    missing = LoyaltyAccount(pk=0)
    assert refused(LoyaltyException, account, account).field == "target"
    assert refused(LoyaltyException, elsewhere, account).field == "target"
    assert refused(AccountNotFound, missing, account).field == "source"
    assert refused(AccountNotFound, account, missing).field == "target"
    assert refused(LoyaltyException, other, account, key="").field == "idempotencyKey"
    assert refused(LoyaltyException, other, account, reason="x" * 1001).field == "reason"


@pytest.mark.parametrize("frozen", ["source", "target"])
def test_a_frozen_account_is_not_merged(account, other, frozen):
    freeze_account((other if frozen == "source" else account).pk, actor=STAFF, at=club.now())
    error = refused(AccountFrozen, other, account)
    assert (error.code, error.field) == ("ACCOUNT_FROZEN", frozen)


def test_an_account_that_was_merged_is_not_merged_again(account, other):
    merge(other, account)
    third = club.give(club.add_customer("third@example.com"), 5)
    assert refused(AccountClosed, other, third, key="merge-2").field == "source"
    assert refused(AccountClosed, third, other, key="merge-3").field == "target"


def test_points_at_a_checkout_of_the_source_are_not_taken_from_under_it(account, other, variant):
    user = LoyaltyAccount.objects.select_related("user").get(pk=other.pk).user
    club.apply(club.fill_cart(user, variant, 20), 200)
    assert refused(PointsReserved, other, account).points == 200


def test_points_at_a_checkout_of_the_target_stay_there(account, other, dana, variant):
    club.apply(club.fill_cart(dana, variant, 20), 200)
    merge(other, account)
    assert club.points_of(account) == (1100, 0, 200, 0)
    assert club.audit() == []


def test_the_card_goes_along_and_what_the_target_has_already_stays_its_own(account, other):
    # given
    at = club.now()
    vip, new = (cards.create_label(account.program_id, name=name, at=at) for name in ("VIP", "New"))
    cards.assign_labels([other.pk], label_ids=[vip.pk, new.pk], actor=STAFF, at=at)
    cards.assign_labels([account.pk], label_ids=[vip.pk], actor=STAFF, at=at)
    cards.add_note(other.pk, text="Prefers tea.", author=STAFF, at=at)
    fields = {field.key: field for field in CustomField.objects.filter(program_id=account.program_id)}
    company, position = fields["company"], fields["position"] if "position" in fields else list(fields.values())[1]
    for owner, values in ((other, ((company, "Acme"), (position, "Boss"))), (account, ((company, "Globex"),))):
        entries = [cards.FieldEntry(field_id=field.pk, value=value) for field, value in values]
        cards.set_field_values(owner.pk, values=entries, actor=STAFF, at=at)

    # when
    result = merge(other, account)

    # then
    assert result.preview.labels == (new.pk,)
    assert (result.preview.notes_count, result.preview.fields_count) == (1, 1)
    [conflict] = result.preview.conflicts
    assert (conflict.field_id, conflict.source_value, conflict.target_value) == (company.pk, "Acme", "Globex")
    assert set(AccountLabel.objects.filter(account=account).values_list("label", flat=True)) == {vip.pk, new.pk}
    assert dict(CustomFieldValue.objects.filter(account=account).values_list("field", "value")) == {
        company.pk: "Globex",
        position.pk: "Boss",
    }

    # when
    undo(result)

    # then
    assert set(AccountLabel.objects.filter(account=other).values_list("label", flat=True)) == {vip.pk, new.pk}
    assert list(AccountLabel.objects.filter(account=account).values_list("label", flat=True)) == [vip.pk]
    assert dict(CustomFieldValue.objects.filter(account=other).values_list("field", "value")) == {
        company.pk: "Acme",
        position.pk: "Boss",
    }
    assert Note.objects.get().account_id == other.pk


def test_memberships_go_along_and_come_back_as_they_were(account, other, program):
    at = club.now()
    plan = create_plan(program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=at)
    create_membership(account.pk, plan_id=plan.pk, actor=STAFF, at=at)
    theirs = create_membership(other.pk, plan_id=plan.pk, actor=STAFF, at=at)
    before = Membership.objects.filter(pk=theirs.pk).values("stacking", "released_on", "starts_on", "ends_on").get()

    result = merge(other, account)
    assert set(Membership.objects.values_list("account", flat=True)) == {account.pk}
    assert result.preview.memberships_count == 1

    undo(result)
    stored = Membership.objects.filter(pk=theirs.pk)
    assert stored.get().account_id == other.pk
    assert stored.values("stacking", "released_on", "starts_on", "ends_on").get() == before
