"""All that a card says about a customer can be gone for good."""

from __future__ import annotations

from saleor_loyalty import cards
from saleor_loyalty.ledger import give_points
from saleor_loyalty.models import AccountLabel, CustomField, CustomFieldValue, Label, LoyaltyAccount, Note

from .builders import NOW, assign, fill, label, note, refusal


def test_erasing_takes_one_card_and_leaves_the_points(program, account, second):
    # given
    vip, company = label(program, "VIP"), CustomField.objects.get(program=program, key="company")
    for one in (account, second):
        assign([one], [vip])
        note(one)
        fill(one, (company, "Acme"))
    give_points(account.pk, points=10, at=NOW, idempotency_key="k")
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED")

    # when
    erased = cards.erase_card(account.pk)

    # then
    assert erased == 5  # the label, the note, the value, and that two of them were changed
    assert {row.account_id for model in (AccountLabel, Note, CustomFieldValue) for row in model.objects.all()} == {
        second.pk
    }
    assert (Label.objects.count(), LoyaltyAccount.objects.get(pk=account.pk).balance) == (1, 10)
    assert cards.erase_card(account.pk) == 0
    assert refusal(lambda: cards.erase_card(0)) == ("NOT_FOUND", "account", "AccountNotFound")
