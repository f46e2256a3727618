"""``loyaltyProgramPause``."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyProgram
from tests.graphql.api import Api, gid
from tests.graphql.program_documents import CREATE, PAUSE, RESUME, assert_wrong_ids_are_refused, refused


def test_a_program_is_paused_once_and_resumed(staff: Api, program):
    program_id = gid("LoyaltyProgram", program)
    assert staff(PAUSE, id=program_id)["loyaltyProgramPause"] == {"program": {"status": "PAUSED"}, "errors": []}
    assert staff(PAUSE, id=program_id)["loyaltyProgramPause"] == {"program": {"status": "PAUSED"}, "errors": []}
    assert staff(RESUME, id=program_id)["loyaltyProgramResume"] == {"program": {"status": "ACTIVE"}, "errors": []}


def test_a_program_that_was_never_published_is_not_paused(staff: Api):
    staff(CREATE, input={"name": "Gold", "slug": "gold"})
    program_id = gid("LoyaltyProgram", LoyaltyProgram.objects.get())
    assert refused(staff, PAUSE, id=program_id) == [("id", "INVALID", None)]


def test_a_wrong_id_is_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, PAUSE)
