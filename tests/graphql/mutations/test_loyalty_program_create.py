"""``loyaltyProgramCreate``."""

from __future__ import annotations

import pytest

from tests.graphql.api import Api
from tests.graphql.program_documents import CREATE, refused


def test_a_program_is_created_without_rules(staff: Api):
    assert staff(CREATE, input={"name": "Gold club", "slug": "gold"})["loyaltyProgramCreate"] == {
        "program": {
            "name": "Gold club",
            "slug": "gold",
            "status": "DRAFT",
            "publishedVersion": None,
            "draftVersion": None,
            "guestEarning": None,
            "pointNames": [],
        },
        "errors": [],
    }


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": " ", "slug": "gold"}, "name", "INVALID"),
        ({"name": "x" * 251, "slug": "gold"}, "name", "INVALID"),
        ({"name": "Gold", "slug": ""}, "slug", "INVALID"),
        ({"name": "Gold", "slug": "Not a slug"}, "slug", "INVALID"),
        ({"name": "Gold", "slug": "club"}, "slug", "ALREADY_EXISTS"),
    ],
)
def test_a_wrong_name_or_slug_is_refused(staff: Api, program, values: dict, field: str, code: str):
    assert refused(staff, CREATE, input=values) == [(field, code, None)]
