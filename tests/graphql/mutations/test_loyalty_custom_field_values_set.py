"""``loyaltyCustomFieldValuesSet``."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import CustomField, LoyaltyAccount
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import VALUES_SET, answer, refused


@pytest.fixture
def fields(program) -> dict[str, str]:
    """The ids of the ready-made fields by key."""
    return {field.key: gid("LoyaltyCustomField", field) for field in CustomField.objects.filter(program=program)}


def entries(fields: dict[str, str], **values: str | None) -> list[dict[str, str | None]]:
    return [{"field": fields[key], "value": value} for key, value in values.items()]


def test_a_card_is_filled_in_and_emptied(staff: Api, account, fields):
    # given
    account_id = gid("LoyaltyAccount", account)

    # when
    filled = answer(
        staff, VALUES_SET, input={"account": account_id, "values": entries(fields, birthday="1990-05-17", company="A")}
    )
    emptied = answer(
        staff, VALUES_SET, input={"account": account_id, "values": entries(fields, birthday=None, company=" B ")}
    )

    # then
    assert filled["account"]["fields"] == [
        {"field": {"key": "company"}, "value": "A"},
        {"field": {"key": "birthday"}, "value": "1990-05-17"},
    ]
    assert emptied["account"]["fields"] == [{"field": {"key": "company"}, "value": "B"}]


def test_a_customer_who_is_no_member_has_a_card_too(staff: Api, customer, fields):
    answer(staff, VALUES_SET, input={"user": gid("User", customer), "values": entries(fields, company="A")})
    assert LoyaltyAccount.objects.get(user=customer).field_values.get().value == "A"


def test_each_wrong_value_is_an_error_with_its_path(staff: Api, account, fields):
    values = entries(fields, company="A", birthday="May", email="x", phone="?")
    found = refused(staff, VALUES_SET, input={"account": gid("LoyaltyAccount", account), "values": values})
    assert found == [("values", "INVALID", f"values.{number}.value") for number in (1, 2, 3)]


def test_wrong_fields_and_accounts_are_refused(staff: Api, account, fields):
    foreign = CustomField.objects.get(program=create_program(name="Other", slug="other", at=club.now()), key="company")
    named = {"account": gid("LoyaltyAccount", account), "values": entries(fields, company="A")}
    for changed, field, code in (
        ({"values": []}, "values", "INVALID"),
        ({"values": entries(fields, company="A") * 101}, "values", "INVALID"),
        ({"values": [{"field": "garbage"}]}, "values", "INVALID"),
        ({"values": [{"field": gid("LoyaltyCustomField", 0)}]}, "values", "NOT_FOUND"),
        ({"values": [{"field": gid("LoyaltyCustomField", foreign)}]}, "values", "NOT_FOUND"),
        ({"account": gid("LoyaltyAccount", 0)}, "account", "NOT_FOUND"),
        ({"account": "garbage"}, "account", "INVALID"),
    ):
        assert refused(staff, VALUES_SET, input={**named, **changed}) == [(field, code, None)]


def test_a_closed_account_gets_no_value(staff: Api, account, fields):
    LoyaltyAccount.objects.update(status="CLOSED")
    values = {"account": gid("LoyaltyAccount", account), "values": entries(fields, company="A")}
    assert refused(staff, VALUES_SET, input=values) == [("account", "ACCOUNT_FROZEN", None)]
