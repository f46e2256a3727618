"""``loyaltyProgramResume``."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyProgram
from tests.graphql.api import Api, gid
from tests.graphql.program_documents import CREATE, PAUSE, RESUME, assert_wrong_ids_are_refused, refused


def test_a_paused_program_goes_on(staff: Api, program: LoyaltyProgram):
    # given
    staff(PAUSE, id=gid("LoyaltyProgram", program))

    # when
    answer = staff(RESUME, id=gid("LoyaltyProgram", program))["loyaltyProgramResume"]

    # then
    assert answer == {"program": {"status": "ACTIVE"}, "errors": []}
    program.refresh_from_db()
    assert program.status == "ACTIVE"


def test_a_program_that_was_never_published_is_not_resumed(staff: Api):
    staff(CREATE, input={"name": "Gold", "slug": "gold"})
    program_id = gid("LoyaltyProgram", LoyaltyProgram.objects.get())
    assert refused(staff, RESUME, id=program_id) == [("id", "INVALID", None)]


def test_a_wrong_id_is_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, RESUME)
