import pytest

from saleor_loyalty import ledger

from .builders import DAY, HOUR, NOW, award, commit, everything, give, points_of, reserve, reverse, spend


def test_all_numbers_of_an_account(account):
    # given
    give(account, 100)
    award(account, 50, available_at=NOW + DAY)
    award(account, 40, order_id="order-2")
    reverse(account, 15, order_id="order-2")
    spend(account, 30)
    reserve(account, 20)

    # when
    points = points_of(account)

    # then
    assert points == ledger.AccountPoints(
        balance=145,
        available=75,
        pending=50,
        reserved=20,
        debt=0,
        given=190,
        redeemed=30,
        expired=0,
        reversed=15,
        deducted=0,
        expiring_soon=0,
    )


def test_late_sweeps_do_not_change_what_is_read(account):
    # given: matured, past its date, and a dead reservation; nobody has swept
    give(account, 100)
    award(account, 50, available_at=NOW + DAY)
    give(account, 30, expires_at=NOW + DAY)
    reserve(account, 90)
    before = everything()

    # when
    points = points_of(account, at=NOW + DAY)

    # then
    assert (points.balance, points.available, points.pending, points.reserved) == (150, 150, 0, 0)
    assert (points.given, points.expired) == (180, 30)
    assert everything() == before


def test_expiring_soon_counts_lots_within_thirty_days(account):
    give(account, 1, expires_at=NOW + 30 * DAY)
    give(account, 2, expires_at=NOW + 30 * DAY + HOUR)
    give(account, 4, expires_at=NOW + HOUR)
    give(account, 8)
    give(account, 16, available_at=NOW + DAY, expires_at=NOW + 2 * DAY)

    assert points_of(account).expiring_soon == 21
    assert points_of(account, at=NOW + HOUR).expiring_soon == 19


def test_the_read_is_one_statement_for_any_number_of_accounts(account_factory, django_assert_num_queries):
    accounts = [account_factory() for _ in range(20)]
    for account in accounts:
        give(account, 10, expires_at=NOW + DAY)

    with django_assert_num_queries(1):
        points = ledger.read_points(accounts, at=NOW)
    with django_assert_num_queries(1):
        ledger.read_points(accounts[:1], at=NOW)
    with django_assert_num_queries(0):
        assert ledger.read_points([], at=NOW) == {}

    assert {account_id: row.available for account_id, row in points.items()} == {
        account.pk: 10 for account in accounts
    }


def test_a_stale_instance_is_read_anew(account):
    give(account, 10)

    assert account.balance == 0
    assert points_of(account).balance == 10


def test_an_account_without_any_row_has_zeros(account):
    points = points_of(account)

    assert (points.balance, points.available, points.pending, points.given, points.expiring_soon) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("wait", [0, 1, 2, 3, 5, 9])
def test_read_points_equals_bringing_up_to_date(account, wait):
    # given: a debt, pending points that expire, set-aside points past their date, a deadline ahead
    give(account, 40, expires_at=NOW + 2 * HOUR)
    reserve(account, 30, lasts=4 * HOUR)
    commit(account, 35, checkout_id="gone", order_id="order-7")
    award(account, 20, available_at=NOW + HOUR, expires_at=NOW + 3 * HOUR)
    award(account, 60, available_at=NOW + 5 * HOUR, order_id="order-2", expires_at=NOW + 8 * HOUR)
    at = NOW + wait * HOUR

    # when
    expected = points_of(account, at=at)
    ledger.expire_due_lots(at=at, limit=10)

    # then
    account.refresh_from_db()
    assert {name: getattr(account, name) for name in ledger.AccountPoints.__slots__ if name != "expiring_soon"} == {
        name: getattr(expected, name) for name in ledger.AccountPoints.__slots__ if name != "expiring_soon"
    }
    assert points_of(account, at=at) == expected
