"""``loyaltyLabelCreate``."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import Label
from saleor_loyalty.programs import create_program
from tests import club
from tests.cards.builders import RIGHT_TO_LEFT
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import LABEL_CREATE, answer, refused


def test_a_label_is_made(staff: Api, program):
    label = answer(staff, LABEL_CREATE, input={"name": " VIP guests "})["label"]
    made = Label.objects.get()
    assert label == {
        "id": gid("LoyaltyLabel", made),
        "name": "VIP guests",
        "key": "vip-guests",
        "isAutomatic": False,
        "accountsCount": 0,
    }
    assert made.program == program


@pytest.mark.parametrize("name", [RIGHT_TO_LEFT, "x" * 250])
def test_a_name_may_be_of_any_script_and_long(staff: Api, program, name: str):
    assert answer(staff, LABEL_CREATE, input={"name": name})["label"]["name"] == name


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": " "}, "name", "REQUIRED"),
        ({"name": "x" * 251}, "name", "INVALID"),
        ({"name": "two\nlines"}, "name", "INVALID"),
        ({"name": "VIP", "program": "garbage"}, "program", "INVALID"),
        ({"name": "VIP", "program": gid("LoyaltyProgram", 0)}, "program", "NOT_FOUND"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, program, values: dict, field: str, code: str):
    assert refused(staff, LABEL_CREATE, input=values) == [(field, code, None)]


def test_a_name_that_is_taken_is_refused(staff: Api, program):
    answer(staff, LABEL_CREATE, input={"name": "VIP"})
    assert refused(staff, LABEL_CREATE, input={"name": "vip"}) == [("name", "ALREADY_EXISTS", None)]


def test_with_several_programs_one_must_be_named(staff: Api, program):
    other = create_program(name="Other", slug="other", at=club.now())
    assert refused(staff, LABEL_CREATE, input={"name": "VIP"}) == [("program", "REQUIRED", None)]
    answer(staff, LABEL_CREATE, input={"name": "VIP", "program": gid("LoyaltyProgram", other)})
    assert Label.objects.get().program == other


def test_without_any_program_there_is_nowhere_to_put_it(staff: Api):
    assert refused(staff, LABEL_CREATE, input={"name": "VIP"}) == [("program", "NOT_FOUND", None)]
