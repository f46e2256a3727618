"""Letting points last longer."""

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountClosed, LotNotFound, LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Lot, LotExtension, LoyaltyAccount

from .builders import DAY, NOW, everything, findings, give, points_of, reloaded, spend

STAFF = Actor("STAFF", 7)


def extend(account, *, at=NOW, expires_at=NOW + 60 * DAY, reason="Sorry", **arguments):
    return ledger.extend_expiry(account.pk, at=at, expires_at=expires_at, actor=STAFF, reason=reason, **arguments)


def dates(account):
    return list(Lot.objects.filter(account=account).order_by("pk").values_list("expires_at", flat=True))


def test_all_that_expires_before_lasts_until_then_and_it_is_recorded(account):
    # given
    give(account, 30, expires_at=NOW + 10 * DAY)
    give(account, 20, expires_at=NOW + 90 * DAY)
    give(account, 10)

    # when
    extensions = extend(account)

    # then
    assert dates(account) == [NOW + 60 * DAY, NOW + 90 * DAY, None]
    assert [(row.before, row.after, row.points) for row in extensions] == [(NOW + 10 * DAY, NOW + 60 * DAY, 30)]
    row = LotExtension.objects.get()
    assert (row.account_id, row.reason, row.actor_kind, row.actor_id, row.created_at) == (
        account.pk, "Sorry", "STAFF", 7, NOW,
    )  # fmt: skip
    assert points_of(reloaded(account), at=NOW + 59 * DAY).available == 60
    assert points_of(reloaded(account), at=NOW + 60 * DAY).available == 30
    assert ledger.expire_due_lots(at=NOW + 60 * DAY, limit=10) == 1
    assert reloaded(account).balance == 30
    assert list(findings()) == []


def test_a_second_call_finds_nothing_to_extend(account):
    # given
    give(account, 30, expires_at=NOW + 10 * DAY)
    extend(account)

    # then
    assert extend(account) == []
    assert LotExtension.objects.count() == 1


def test_points_can_be_let_last_for_ever(account):
    give(account, 30, expires_at=NOW + 10 * DAY)
    extend(account, expires_at=None)
    assert dates(account) == [None]
    assert reloaded(account).next_due_at is None


def test_what_has_expired_by_now_is_not_revived(account):
    # given
    give(account, 30, expires_at=NOW + 10 * DAY)

    # when
    assert extend(account, at=NOW + 10 * DAY) == []

    # then
    assert (reloaded(account).balance, reloaded(account).expired) == (0, 30)


def test_named_lots_only(account):
    give(account, 30, expires_at=NOW + 10 * DAY)
    give(account, 20, expires_at=NOW + 10 * DAY)
    first = Lot.objects.order_by("pk").first()
    extend(account, lot_ids=[first.pk])
    assert dates(account) == [NOW + 60 * DAY, NOW + 10 * DAY]


def test_what_cannot_be_extended_is_refused_and_changes_nothing(account, account_factory):
    # given
    other_account = account_factory()
    give(account, 30, expires_at=NOW + 90 * DAY)
    give(other_account, 5, expires_at=NOW + 10 * DAY)
    mine, foreign = Lot.objects.order_by("pk")
    give(account, 7, expires_at=NOW + 5 * DAY)
    spend(account, 7)
    used_up = Lot.objects.order_by("pk").last()
    before = everything()

    # then
    for lot_ids in ([foreign.pk], [used_up.pk], [mine.pk, 0]):
        with pytest.raises(LotNotFound):
            extend(account, lot_ids=lot_ids)
    with pytest.raises(LoyaltyException) as shortened:
        extend(account, lot_ids=[mine.pk])
    assert (shortened.value.code, shortened.value.field) == ("INVALID", "expiresAt")
    with pytest.raises(LoyaltyException) as past:
        extend(account, expires_at=NOW)
    assert (past.value.code, past.value.field) == ("INVALID", "expiresAt")
    with pytest.raises(LoyaltyException) as long:
        extend(account, reason="x" * 1001)
    assert long.value.field == "reason"
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED")
    with pytest.raises(AccountClosed):
        extend(account)
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="ACTIVE")
    assert everything() == before
    assert LotExtension.objects.count() == 0


def test_the_reason_is_erased_with_the_other_texts(account):
    give(account, 30, expires_at=NOW + 10 * DAY)
    extend(account, reason="Dana was ill")
    ledger.erase_texts(account.pk)
    assert LotExtension.objects.get().reason == ""
