"""The draft doubts a complete profile that nobody can reach."""

import pytest

from saleor_loyalty.cards import archive_custom_field
from saleor_loyalty.models import CustomField
from saleor_loyalty.programs import update_draft
from tests import club

pytestmark = pytest.mark.django_db


def doubts(program, *fields: str) -> list[tuple[str, str]]:
    data = club.rules(profile={"requiredFields": list(fields)})
    return [(doubt.code, doubt.path) for doubt in update_draft(program.pk, data=data, at=club.now()).warnings]


def test_a_field_that_the_cards_do_not_have_or_that_is_archived_is_doubted():
    club.open_channel()
    program = club.publish()
    assert doubts(program, "phone", "birthday") == []
    assert doubts(program, "phone", "shoe-size") == [("UNKNOWN_FIELD", "profile.requiredFields[1]")]

    archive_custom_field(CustomField.objects.get(program=program, key="phone").pk, at=club.now())
    assert doubts(program, "phone", "birthday") == [("UNKNOWN_FIELD", "profile.requiredFields[0]")]
