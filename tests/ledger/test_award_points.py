import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountClosed, IdempotencyConflict, InvalidPoints

from .builders import DAY, NOW, award, columns, everything, findings, points_of, reloaded, rows, sums


def test_an_award_keeps_order_version_channel_and_receipt(account):
    posting = award(account, 250, order_id="T3JkZXI6MQ==", receipt={"points": 250, "lines": []})

    transaction = posting.transaction
    assert (transaction.type, transaction.source, transaction.order_id) == ("EARN", "ORDER", "T3JkZXI6MQ==")
    assert transaction.program_version_id == account.program.published_version_id
    assert transaction.channel_slug == "default"
    assert transaction.receipt == {"points": 250, "lines": []}
    assert columns(account) == (250, 250, 0, 0, 0)
    assert sums(account) == (250, 0, 0, 0, 0)
    assert findings(account) == []


def test_an_award_for_later_is_pending(account):
    award(account, 250, available_at=NOW + 14 * DAY)

    assert columns(account) == (250, 0, 250, 0, 0)
    assert points_of(account, at=NOW + 14 * DAY).available == 250


def test_a_guests_award_is_pending_until_the_guest_has_joined(account):
    # given
    award(account, 250, available_at=None)
    assert columns(account) == (250, 0, 250, 0, 0)
    assert points_of(account, at=NOW + 1000 * DAY).available == 0
    assert reloaded(account).next_due_at is None

    # when
    released = ledger.release_guest_points(account.pk, at=NOW + DAY)

    # then
    assert released == 250
    assert columns(account) == (250, 250, 0, 0, 0)
    assert rows(account) == [("EARN", 250, 250)]
    assert findings(account, at=NOW + DAY) == []
    before = everything()
    assert ledger.release_guest_points(account.pk, at=NOW + DAY) == 0
    assert everything() == before


def test_the_same_award_computed_again_later_returns_the_stored_posting(account):
    first = award(account, 100, idempotency_key="award:order-1:0", available_at=NOW + DAY)
    before = everything()

    second = award(
        account,
        100,
        idempotency_key="award:order-1:0",
        at=NOW + DAY,
        available_at=NOW + 2 * DAY,
        receipt={"other": "words"},
    )

    assert (second.is_new, second.transaction) == (False, first.transaction)
    assert everything() == before


@pytest.mark.parametrize("other", [{"points": 99}, {"order_id": "order-2"}])
def test_another_award_under_the_same_key_is_refused(account, other):
    award(account, 100, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        award(account, **{"points": 100, "idempotency_key": "k", **other})

    assert everything() == before


def test_a_frozen_account_still_earns(account_factory):
    account = account_factory(status="FROZEN")

    award(account, 100)

    assert columns(account) == (100, 100, 0, 0, 0)


@pytest.mark.parametrize("status", ["CLOSED", "ANONYMIZED"])
def test_a_closed_account_earns_nothing(account_factory, status):
    account = account_factory(status=status)
    before = everything()

    with pytest.raises(AccountClosed):
        award(account, 100)

    assert everything() == before


def test_an_award_of_nothing_is_refused(account):
    before = everything()

    with pytest.raises(InvalidPoints):
        award(account, 0)

    assert everything() == before


def test_a_receipt_with_a_float_is_a_callers_mistake(account):
    before = everything()

    with pytest.raises(TypeError, match="float"):
        award(account, 10, receipt={"base": [{"amount": 0.1}]})

    assert everything() == before
