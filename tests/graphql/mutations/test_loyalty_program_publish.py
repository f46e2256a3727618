"""``loyaltyProgramPublish``."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyProgram
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.program_documents import CREATE, PUBLISH, assert_wrong_ids_are_refused, draft, refused


def test_staff_publishes_the_draft(staff: Api, program):
    # given
    draft(staff, program, club.rules(pendingDays=3))

    # when
    answer = staff(PUBLISH, id=gid("LoyaltyProgram", program))["loyaltyProgramPublish"]

    # then
    assert answer == {
        "program": {"status": "ACTIVE", "draftVersion": None, "publishedVersion": {"number": 2}},
        "version": {"number": 2, "publishedBy": {"email": "staff@example.com"}, "publishedByApp": None},
        "errors": [],
    }


def test_an_app_publishes_in_its_own_name(app: Api, program):
    draft(app, program, club.rules(pendingDays=3))
    version = app(PUBLISH, id=gid("LoyaltyProgram", program))["loyaltyProgramPublish"]["version"]
    assert version == {"number": 2, "publishedBy": None, "publishedByApp": {"name": "CRM"}}


def test_customers_do_not_read_who_published(app: Api, anonymous: Api, clerk: Api, program, variant):
    # given
    draft(app, program, club.rules(pendingDays=3))
    app(PUBLISH, id=gid("LoyaltyProgram", program))
    document = """{ product(slug: "chair", channel: "shop") { loyalty { receipt { programVersion {
        number publishedBy { email } publishedByApp { name } } } } } }"""

    # when / then
    for somebody in (anonymous, clerk):
        version = somebody(document)["product"]["loyalty"]["receipt"]["programVersion"]
        assert version == {"number": 2, "publishedBy": None, "publishedByApp": None}


def test_without_a_draft_there_is_nothing_to_publish(staff: Api, program):
    assert refused(staff, PUBLISH, id=gid("LoyaltyProgram", program)) == [("id", "NOT_FOUND", None)]


def test_a_channel_of_another_program_is_refused(staff: Api, program):
    # given
    other = staff(CREATE, input={"name": "Other", "slug": "other"})
    assert other["loyaltyProgramCreate"]["errors"] == []
    other_program = LoyaltyProgram.objects.get(slug="other")
    draft(staff, other_program, club.rules())

    # when / then
    assert refused(staff, PUBLISH, id=gid("LoyaltyProgram", other_program)) == [("channels", "ALREADY_EXISTS", None)]


def test_a_wrong_id_is_refused(staff: Api, program):
    assert_wrong_ids_are_refused(staff, PUBLISH)
