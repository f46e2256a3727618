"""Every table that has to do with accounts is in the answer, or says why it is not."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import models

from saleor_loyalty.models import LoyaltyAccount
from saleor_loyalty.personal_data import NOT_PERSONAL, SECTIONS

OWN = list(apps.get_app_config("saleor_loyalty").get_models())


def leads_to_an_account(model: type[models.Model], known: set[type[models.Model]]) -> bool:
    fields = model._meta.concrete_fields
    if any(field.name in ("account_id", "user_id") for field in fields):
        return True
    related = [field.related_model for field in fields if field.is_relation]
    user = apps.get_model(settings.AUTH_USER_MODEL)
    return any(target is LoyaltyAccount or target is user or target in known for target in related)


def test_no_table_about_a_customer_is_forgotten():
    # given every table from which references lead to an account or a user
    found: set[type[models.Model]] = set()
    while more := {model for model in OWN if model not in found and leads_to_an_account(model, found)}:
        found |= more

    # then
    said = {section.model for section in SECTIONS} | set(NOT_PERSONAL) | {LoyaltyAccount}
    assert {model.__name__ for model in found} - {model.__name__ for model in said} == set()
    assert said <= found
    assert not {section.model for section in SECTIONS} & set(NOT_PERSONAL)


def test_sections_have_names_of_their_own_and_each_exclusion_its_reason():
    names = [section.name for section in SECTIONS]
    assert len(names) == len(set(names))
    assert all(reason.strip() for reason in NOT_PERSONAL.values())


def test_texts_of_staff_are_in_no_field_that_customers_get():
    staff_words = {"internal_note", "text", "actor_id", "author_id"}
    for section in SECTIONS:
        if not section.is_for_staff:
            assert not {path.split("__")[-1] for path in section.fields} & staff_words, section.name
