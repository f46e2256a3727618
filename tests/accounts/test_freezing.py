"""What a frozen account may not do, and what goes on meanwhile; closing and reopening."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.accounts import close_account, freeze_account, merge_accounts, reopen_account, unfreeze_account
from saleor_loyalty.checkout import check_redemption
from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    HasActiveMembership,
    HasPoints,
    LoyaltyException,
    PointsReserved,
    RedemptionRefused,
    StaleRevision,
)
from saleor_loyalty.ledger import Actor, deduct_points, expire_due_lots, give_points, open_account, set_available
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import AccountChange, LoyaltyAccount, LoyaltyTransaction, Reservation
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
DAY = datetime.timedelta(days=1)


def freeze(account, **values):
    return freeze_account(account.pk, **{"actor": STAFF, "at": club.now(), **values})


def unfreeze(account, **values):
    return unfreeze_account(account.pk, **{"actor": STAFF, "at": club.now(), **values})


def close(account, **values):
    return close_account(account.pk, **{"actor": STAFF, "at": club.now(), **values})


def changes():
    return list(AccountChange.objects.order_by("pk").values_list("kind", "reason", "actor_kind", "actor_id"))


def everything():
    return club.everything_written(), changes()


def refused(error, act):
    before = everything()
    with pytest.raises(error) as caught:
        act()
    assert everything() == before
    return caught.value


def test_freezing_is_noted_with_its_reason_and_raises_the_revision(account):
    frozen = freeze(account, reason="A complaint.")
    assert (frozen.status, frozen.revision) == ("FROZEN", account.revision + 1)
    assert changes() == [("ACCOUNT_FROZEN", "A complaint.", "STAFF", 7)]
    thawed = unfreeze(account, reason="Solved.")
    assert (thawed.status, thawed.revision) == ("ACTIVE", account.revision + 2)
    assert changes()[1:] == [("ACCOUNT_UNFROZEN", "Solved.", "STAFF", 7)]


def test_a_second_time_changes_nothing(account):
    freeze(account, reason="First.")
    before = everything()
    assert freeze(account, reason="Second.", expected_revision=0).status == "FROZEN"
    assert everything() == before
    unfreeze(account)
    before = everything()
    assert unfreeze(account).status == "ACTIVE"
    assert everything() == before


def test_nothing_moves_by_hand_while_it_is_frozen(account):
    freeze(account)
    at = club.now()
    for act in (
        lambda: give_points(account.pk, points=1, at=at, idempotency_key="g"),
        lambda: deduct_points(account.pk, points=1, at=at, idempotency_key="d"),
        lambda: set_available(account.pk, points=1, at=at, idempotency_key="s"),
    ):
        assert refused(AccountFrozen, act).code == "ACCOUNT_FROZEN"
    unfreeze(account)
    give_points(account.pk, points=1, at=club.now(), idempotency_key="g")
    assert club.points_of(account) == (1001, 0, 0, 0)


def test_points_at_checkouts_are_free_again_and_cannot_be_applied_anew(account, dana, variant):
    # given
    cart = club.fill_cart(dana, variant, 40)
    club.apply(cart, 800)

    # when
    freeze(account)

    # then
    assert Reservation.objects.get().status == "RELEASED"
    assert club.points_of(account) == (1000, 0, 0, 0)
    assert refused(AccountFrozen, lambda: club.apply(club.fill_cart(dana, variant, 40), 800)).code == "ACCOUNT_FROZEN"
    assert club.audit() == []


def test_an_order_with_points_on_it_is_refused_and_goes_through_without_them(account, dana, variant):
    # given
    cart = club.fill_cart(dana, variant, 40)
    club.apply(cart, 800)
    freeze(account)

    # when / then
    with pytest.raises(RedemptionRefused, match="blocked"):
        check_redemption(checkout_id=str(cart.pk), at=club.now())
    assert club.rows_on(cart) == 0
    check_redemption(checkout_id=str(cart.pk), at=club.now())
    club.complete(cart)
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_orders_earn_and_refunds_take_back_and_give_back_meanwhile(account, dana, variant):
    # given an order that spent points, and one that will earn
    paid = club.fill_cart(dana, variant, 40)
    club.apply(paid, 800)
    spent = club.complete(paid)
    freeze(account)

    # when the one is delivered, and the other is cancelled
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    spent.status = "CANCELED"
    spent.save()
    club.settle(spent)

    # then
    assert club.movements(account)[-2:] == [("EARN", 100), ("RETURN", 800)]
    assert club.points_of(account) == (1100, 0, 0, 0)
    unfreeze(account)
    club.apply(club.fill_cart(dana, variant, 40), 800)
    assert club.points_of(account) == (300, 0, 800, 0)
    assert club.audit() == []


def test_points_expire_meanwhile(account):
    at = club.now()
    give_points(account.pk, points=50, at=at, idempotency_key="soon", expires_at=at + DAY)
    freeze(account)
    expire_due_lots(at=at + DAY, limit=10)
    assert club.movements(account)[-1] == ("EXPIRE", -50)


def test_somebody_else_s_write_in_between_is_noticed(account):
    error = refused(StaleRevision, lambda: freeze(account, expected_revision=account.revision + 1))
    assert error.code == "STALE_REVISION"
    assert freeze(account, expected_revision=account.revision).status == "FROZEN"
    refused(StaleRevision, lambda: unfreeze(account, expected_revision=account.revision))


def test_what_is_not_there_or_over_is_refused(account):
    nobody = LoyaltyAccount(pk=0)
    for act in (freeze, unfreeze, close):
        refused(AccountNotFound, lambda act=act: act(nobody))
        assert refused(LoyaltyException, lambda act=act: act(account, reason="x" * 1001)).field == "reason"
    close(account, forfeits=True)
    for act in (freeze, unfreeze):
        refused(AccountClosed, lambda act=act: act(account))


def test_closing_takes_the_points_by_name_and_keeps_the_customer(account, dana):
    error = refused(HasPoints, lambda: close(account))
    assert (error.available, error.pending, error.debt) == (1000, 0, 0)
    closed = close(account, forfeits=True, reason="Moved away.")
    stored = LoyaltyAccount.objects.get()
    assert (closed.forfeiture.points, stored.status, stored.user_id, stored.erased_at) == (
        -1000,
        "CLOSED",
        dana.pk,
        None,
    )
    assert changes() == [("ACCOUNT_CLOSED", "Moved away.", "STAFF", 7)]
    before = everything()
    assert close(account, expected_revision=0).forfeiture is None
    assert everything() == before


def test_a_checkout_and_a_membership_keep_an_account_open(account, dana, variant, program):
    club.apply(club.fill_cart(dana, variant, 40), 800)
    refused(PointsReserved, lambda: close(account, forfeits=True))
    plan = create_plan(program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=club.now())
    create_membership(account.pk, plan_id=plan.pk, actor=STAFF, at=club.now())
    refused(HasActiveMembership, lambda: close(account, forfeits=True))


def test_a_closed_account_earns_nothing_and_its_customer_gets_no_other_one(account, dana, variant):
    close(account, forfeits=True)
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    assert LoyaltyAccount.objects.count() == 1
    assert club.points_of(account) == (0, 0, 0, 0)

    # reopened, it earns what the order is worth when that is settled again
    reopened = reopen_account(account.pk, actor=STAFF, at=club.now(), reason="Came back.")
    assert (reopened.status, reopened.closed_at) == ("ACTIVE", None)
    club.settle(order)
    assert club.points_of(account) == (100, 0, 0, 0)
    assert club.audit() == []


def test_an_account_can_be_closed_and_its_points_forfeited_again_after_it_was_reopened(account):
    close(account, forfeits=True)
    reopen_account(account.pk, actor=STAFF, at=club.now())
    give_points(account.pk, points=5, at=club.now(), idempotency_key="again")
    assert close(account, forfeits=True).forfeiture.points == -5
    keys = LoyaltyTransaction.objects.filter(external_reference="forfeited").values_list("idempotency_key", flat=True)
    assert sorted(keys) == [f"forfeit:{account.pk}", f"forfeit:{account.pk}:1"]
    assert club.audit() == []


def test_reopening_what_is_open_changes_nothing(account):
    before = everything()
    assert reopen_account(account.pk, actor=STAFF, at=club.now()).status == "ACTIVE"
    assert everything() == before


def test_nobody_s_and_merged_accounts_stay_closed(account, dana, program):
    other = open_account(program, email="d.cohen@example.com", at=club.now())
    merge_accounts(other.pk, target_id=account.pk, idempotency_key="m", actor=STAFF, at=club.now())
    error = refused(AccountClosed, lambda: reopen_account(other.pk, actor=STAFF, at=club.now()))
    assert "undo the merge" in error.message
    dana.delete()
    error = refused(AccountClosed, lambda: reopen_account(account.pk, actor=STAFF, at=club.now()))
    assert "Nobody owns" in error.message
