"""The file of one person's data ends with what it says: when the person is erased, and when it turns out that two
accounts are, or are not, the same person's."""

from __future__ import annotations

import json

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import anonymize_account, delete_card, erase_account, erase_ownerless
from saleor_loyalty.exports import (
    Progress,
    claim_export,
    create_person_export,
    delete_expired_files,
    download_token,
    open_token,
    write_part,
)
from saleor_loyalty.exports.refusals import ExportGone
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Export, LoyaltyAccount
from saleor_loyalty.withdraw_exports import CLAIM_LASTS
from tests import club
from tests.accounts.test_merging import merge, other, undo
from tests.exports.builders import content, write

pytestmark = pytest.mark.django_db
__all__ = ["other"]
STAFF = Actor("STAFF", 7)


def asked(account, *, is_for_staff=False):
    return create_person_export(account.pk, is_for_staff=is_for_staff, at=club.now(), actor=STAFF)


def finished(account, *, is_for_staff=False):
    """A finished file, and the link to it."""
    export = asked(account, is_for_staff=is_for_staff)
    if export.status == "PENDING":
        write(export, at=club.now())
    export.refresh_from_db()
    token = download_token(export, at=club.now())
    assert open_token(token, at=club.now()) == export
    return export, token


def is_gone(token):
    with pytest.raises(ExportGone):
        open_token(token, at=club.now())
    return True


def delete_customer(account):
    LoyaltyAccount.objects.get(pk=account.pk).user.delete()
    assert erase_ownerless(at=club.now(), limit=10) == 1


ERASING = {
    "erased": lambda account: erase_account(account.pk, at=club.now()),
    "anonymized": lambda account: anonymize_account(account.pk, forfeits=True, actor=STAFF, at=club.now()),
    "deleted card": lambda account: delete_card(account.pk, forfeits=True, actor=STAFF, at=club.now()),
    "deleted customer": delete_customer,
}


@pytest.mark.parametrize("how", ERASING)
def test_no_link_leads_to_the_file_of_somebody_who_was_erased(account, other, how):
    # given files for the customer and for staff, and somebody else's
    tokens = [finished(account)[1], finished(account, is_for_staff=True)[1]]
    theirs, token = finished(other)

    # when
    ERASING[how](account)

    # then
    assert [is_gone(one) for one in tokens] == [True, True]
    assert open_token(token, at=club.now()) == theirs
    assert delete_expired_files(at=club.now() + CLAIM_LASTS, limit=10) == 2


def test_a_file_that_is_being_written_when_the_customer_is_erased_is_never_finished(account):
    # given
    export = asked(account)
    Export.objects.filter(pk=export.pk).update(status="PENDING", claim="", claimed_until=None, cursor=0, rows_done=0)
    claim = claim_export(export.pk, at=club.now())

    # when
    erase_account(account.pk, at=club.now())

    # then
    assert write_part(export.pk, claim=claim, at=club.now()) is Progress.LOST
    assert Export.objects.get().status == "CANCELED"


def test_merging_ends_the_files_of_both_and_the_next_one_says_all(account, other):
    # given
    tokens = [finished(one)[1] for one in (account, other)]

    # when
    merge(other, account)

    # then
    assert [is_gone(token) for token in tokens] == [True, True]
    assert len(json.loads(content(finished(account)[0]))["transactions"]) == 4


def test_once_a_wrong_merge_is_undone_nobody_gets_a_file_with_the_rows_of_the_other(account, other):
    # given
    cards.add_note(other.pk, text="Has a dog.", author=STAFF, at=club.now())
    result = merge(other, account)
    export, token = finished(account)
    for_staff, token_of_staff = finished(account, is_for_staff=True)
    assert b"Has a dog." in content(for_staff)

    # when
    undo(result)

    # then
    assert (is_gone(token), is_gone(token_of_staff)) == (True, True)
    new, _ = finished(account)
    assert new.pk != export.pk
    assert [row["points"] for row in json.loads(content(new))["transactions"]] == [1000, 300, -300]
    assert b"Has a dog." not in content(finished(account, is_for_staff=True)[0])


def test_a_merge_that_is_only_previewed_ends_nothing(account, other):
    export, token = finished(account)
    result = merge(other, account, is_dry_run=True)
    assert (result.merge, open_token(token, at=club.now())) == (None, export)
