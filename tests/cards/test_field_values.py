"""What cards say in their fields."""

from __future__ import annotations

import pytest

from saleor_loyalty import cards
from saleor_loyalty.cards.field_values import stored_value
from saleor_loyalty.errors import FieldValuesInvalid
from saleor_loyalty.models import CustomField, CustomFieldValue, LoyaltyAccount

from .builders import LATER, NOW, RIGHT_TO_LEFT, card_of, everything_on_cards, field, fill, refusal


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        ("TEXT", " Rex ", "Rex"),
        ("TEXT", "two\nlines", "two\nlines"),
        ("TEXT", RIGHT_TO_LEFT, RIGHT_TO_LEFT),
        ("TEXT", "x" * 10_000, "x" * 10_000),
        ("NUMBER", "007", "7"),
        ("NUMBER", "+1.50", "1.5"),
        ("NUMBER", "-0.0", "0"),
        ("NUMBER", "-100.10", "-100.1"),
        ("NUMBER", "9" * 20 + "." + "9" * 10, "9" * 20 + "." + "9" * 10),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("BOOLEAN", "True", "true"),
        ("BOOLEAN", "false", "false"),
        ("CHOICE", "M", "M"),
        ("EMAIL", "Dana@example.com", "Dana@example.com"),
        ("PHONE", "+972 (3) 123-4567", "+972 (3) 123-4567"),
    ],
)
def test_a_value_is_stored_as_the_text_of_its_type(type_, value, stored):
    assert stored_value(value, type=type_, options=["S", "M"]) == stored


@pytest.mark.parametrize(
    ("type_", "value", "reason"),
    [
        ("TEXT", "", "This must be a text of 1 to 10000 characters that can be stored."),
        ("TEXT", "x" * 10_001, "This must be a text of 1 to 10000 characters that can be stored."),
        ("TEXT", "nul\x00", "This must be a text of 1 to 10000 characters that can be stored."),
        ("NUMBER", "1e3", "This must be a number: at most 20 digits, and 10 after a point."),
        ("NUMBER", "1,5", "This must be a number: at most 20 digits, and 10 after a point."),
        ("NUMBER", "٣", "This must be a number: at most 20 digits, and 10 after a point."),
        ("NUMBER", "NaN", "This must be a number: at most 20 digits, and 10 after a point."),
        ("NUMBER", "1" * 21, "This must be a number: at most 20 digits, and 10 after a point."),
        ("DATE", "2023-02-29", "This must be a date such as 2026-12-31."),
        ("DATE", "31.12.2026", "This must be a date such as 2026-12-31."),
        ("DATE", "20261231", "This must be a date such as 2026-12-31."),
        ("DATE", "0000-01-01", "This must be a date such as 2026-12-31."),
        ("BOOLEAN", "yes", "This must be true or false."),
        ("CHOICE", "m", "This is not one of the options."),
        ("EMAIL", "dana@", "This must be an e-mail address."),
        ("EMAIL", "d" * 250 + "@x.io", "This must be an e-mail address."),
        ("PHONE", "12", "This must be a phone number: 3 to 15 digits, with a plus sign before them if need be."),
        ("PHONE", "1" * 16, "This must be a phone number: 3 to 15 digits, with a plus sign before them if need be."),
        ("PHONE", "call me", "This must be a phone number: 3 to 15 digits, with a plus sign before them if need be."),
    ],
)
def test_a_value_that_the_type_does_not_allow_is_refused(type_, value, reason):
    with pytest.raises(ValueError, match="This ") as caught:
        stored_value(value, type=type_, options=["S", "M"])
    assert str(caught.value) == reason


def test_a_card_is_filled_in_changed_and_emptied(program, account, second):
    # given
    company = CustomField.objects.get(program=program, key="company")
    birthday = CustomField.objects.get(program=program, key="birthday")
    fill(second, (company, "Other"))

    # when / then
    fill(account, (company, "Acme"), (birthday, "1990-05-17"))
    assert card_of(account) == {"company": "Acme", "birthday": "1990-05-17"}
    fill(account, (company, "Acme Ltd"), (birthday, None), at=LATER)
    assert card_of(account) == {"company": "Acme Ltd"}
    assert CustomFieldValue.objects.get(account=account).updated_at == LATER
    fill(account, (company, "  "), (birthday, ""))
    assert (card_of(account), card_of(second)) == ({}, {"company": "Other"})


def test_what_is_so_already_stays(program, account):
    # given
    age = field(program, "Age", "NUMBER")
    fill(account, (age, "7"), at=NOW)
    before = everything_on_cards()

    # when
    fill(account, (age, "7.0"), at=LATER)

    # then
    assert everything_on_cards() == before


def test_every_wrong_value_is_named_and_none_is_stored(program, account):
    # given
    age, company = field(program, "Age", "NUMBER"), CustomField.objects.get(program=program, key="company")
    birthday, gone = CustomField.objects.get(program=program, key="birthday"), field(program, "Gone")
    cards.archive_custom_field(gone.pk, at=NOW)

    # when
    def act():
        fill(account, (company, "Acme"), (age, "old"), (birthday, "May"), (company, "Ltd"), (gone, "x"))

    # then
    assert refusal(act) == ("INVALID", "values", "FieldValuesInvalid")
    with pytest.raises(FieldValuesInvalid) as caught:
        act()
    assert caught.value.problems == (
        ("values.1.value", "This must be a number: at most 20 digits, and 10 after a point."),
        ("values.2.value", "This must be a date such as 2026-12-31."),
        ("values.3.field", "This field is named twice."),
        ("values.4.value", 'The field "Gone" is archived.'),
    )


def test_an_archived_field_can_be_emptied(program, account):
    dog = field(program, "Dog")
    fill(account, (dog, "Rex"))
    cards.archive_custom_field(dog.pk, at=NOW)
    fill(account, (dog, None))
    assert card_of(account) == {}


def test_what_does_not_belong_together_is_refused(program, other_program, account):
    foreign = CustomField.objects.get(program=other_program, key="company")
    company = CustomField.objects.get(program=program, key="company")
    assert refusal(lambda: fill(account, (foreign, "x"))) == ("NOT_FOUND", "values", "CustomFieldNotFound")
    assert refusal(lambda: fill(account)) == ("INVALID", "values", "LoyaltyException")
    assert refusal(lambda: fill(account, *[(company, "x")] * 101)) == ("INVALID", "values", "LoyaltyException")
    assert refusal(lambda: fill(LoyaltyAccount(pk=0), (company, "x"))) == ("NOT_FOUND", "account", "AccountNotFound")


@pytest.mark.parametrize("status", ["CLOSED", "ANONYMIZED"])
def test_a_closed_account_s_card_can_only_be_emptied(program, account, status):
    # given
    company = CustomField.objects.get(program=program, key="company")
    fill(account, (company, "Acme"))
    LoyaltyAccount.objects.update(status=status)

    # when / then
    assert refusal(lambda: fill(account, (company, "x"))) == ("ACCOUNT_FROZEN", "account", "AccountClosed")
    fill(account, (company, None))
    assert card_of(account) == {}


def test_filling_in_takes_a_constant_number_of_statements(program, account, django_assert_num_queries):
    fields = list(CustomField.objects.filter(program=program, type="TEXT"))
    fill(account, (fields[0], "x"))
    with django_assert_num_queries(8):  # with two for the atomic block
        fill(account, (fields[0], None), (fields[1], "y"))
