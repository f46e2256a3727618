import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountNotFound

from .builders import DAY, NOW, everything, findings, give


def test_the_account_comes_back_with_its_columns_as_of_now(account):
    give(account, 30, expires_at=NOW + DAY)
    give(account, 20, available_at=NOW + DAY)

    refreshed = ledger.refresh_account(account.pk, at=NOW + DAY)

    assert (refreshed.balance, refreshed.available, refreshed.pending) == (20, 20, 0)
    assert findings(account, at=NOW + DAY) == []


def test_where_nothing_is_due_nothing_is_written(account, django_assert_num_queries):
    give(account, 30, expires_at=NOW + DAY)
    before = everything()

    with django_assert_num_queries(1):
        ledger.refresh_account(account.pk, at=NOW)

    assert everything() == before


def test_an_unknown_account_is_not_found(db):
    with pytest.raises(AccountNotFound):
        ledger.refresh_account(-1, at=NOW)
