"""Creating a program and drafting its rules."""

from __future__ import annotations

import pytest

from saleor_loyalty.errors import AlreadyExists, LoyaltyException, ProgramNotFound, RulesInvalid
from saleor_loyalty.models import LoyaltyProgram, ProgramVersion
from saleor_loyalty.programs import archive_program, create_program, publish_draft, rename_program, update_draft
from saleor_loyalty.programs.update_draft import checksum

from .documents import AT, LATER, document


def test_a_new_program_is_a_draft_without_rules(program):
    program.refresh_from_db()
    assert (program.name, program.slug, program.status) == ("Stars", "stars", "DRAFT")
    assert (program.published_version, program.created_at, program.updated_at) == (None, AT, AT)
    assert ProgramVersion.objects.count() == 0


def test_a_slug_can_be_used_once(program):
    with pytest.raises(AlreadyExists, match='program with the slug "stars" already') as error:
        create_program(name="Other", slug="stars", at=AT)
    assert (error.value.code, error.value.field) == ("ALREADY_EXISTS", "slug")
    assert list(LoyaltyProgram.objects.values_list("name", flat=True)) == ["Stars"]


@pytest.mark.parametrize("slug", ["", "Upper", "two words", "-x", "x-", "a--b", "é", "a" * 256])
def test_an_unusable_slug_is_refused(db, slug):
    with pytest.raises(LoyaltyException) as error:
        create_program(name="Stars", slug=slug, at=AT)
    assert (error.value.code, error.value.field) == ("INVALID", "slug")
    assert not LoyaltyProgram.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "n" * 251, "a\x00b", "a\ud800"])
def test_an_unusable_name_is_refused(program, name):
    for attempt in (
        lambda: create_program(name=name, slug="other", at=AT),
        lambda: rename_program(program.pk, name=name, at=AT),
    ):
        with pytest.raises(LoyaltyException) as error:
            attempt()
        assert (error.value.code, error.value.field) == ("INVALID", "name")
    assert list(LoyaltyProgram.objects.values_list("name", flat=True)) == ["Stars"]


def test_a_program_can_be_renamed(program):
    assert rename_program(program.pk, name=" Moons ", at=LATER).name == "Moons"
    program.refresh_from_db()
    assert (program.name, program.updated_at) == ("Moons", LATER)


def test_a_draft_stores_the_normalized_document(program):
    # when
    version, warnings = update_draft(program.pk, data=document(), at=AT)

    # then
    version.refresh_from_db()
    assert (version.number, version.published_at, version.published_by_kind) == (1, None, "")
    assert version.rules["guestEarning"] == "PENDING_UNTIL_JOINED"
    assert version.rules["reservationMinutes"] == 60
    assert version.rules["redemption"][0]["value"] == "10"
    assert version.checksum == checksum(version.rules)
    assert warnings == ()
    program.refresh_from_db()
    assert (program.status, program.published_version) == ("DRAFT", None)


def test_a_second_draft_replaces_the_first(program):
    update_draft(program.pk, data=document(), at=AT)

    version, _ = update_draft(program.pk, data=document(pendingDays=14), at=LATER)

    stored = ProgramVersion.objects.get()
    assert stored == version
    assert (stored.rules["pendingDays"], stored.number) == (14, 1)
    assert (stored.created_at, stored.updated_at) == (AT, LATER)


def test_a_draft_beside_a_published_version_has_the_next_number_and_changes_nothing_else(published):
    before = ProgramVersion.objects.get()

    version, _ = update_draft(published.pk, data=document(pendingDays=14), at=LATER)

    assert version.number == 2
    published.refresh_from_db()
    assert published.published_version == before
    assert ProgramVersion.objects.get(pk=before.pk).rules == before.rules


def test_doubts_are_told_and_do_not_block(program):
    _, warnings = update_draft(program.pk, data=document(earning=[]), at=AT)
    assert [(warning.path, warning.code) for warning in warnings] == [("channels[0]", "NO_EARNING_RULE")]


def test_an_invalid_document_is_refused_with_every_path_and_the_earlier_draft_stays(program):
    # given
    earlier, _ = update_draft(program.pk, data=document(), at=AT)
    bad = document(pendingDays=-1, colour="red")
    bad["redemption"][0]["maxPercent"] = 0

    # when
    with pytest.raises(RulesInvalid) as error:
        update_draft(program.pk, data=bad, at=LATER)

    # then
    assert [path for path, _ in error.value.problems] == ["pendingDays", "redemption[0].maxPercent", "colour"]
    assert error.value.code == "RULE_INVALID"
    stored = ProgramVersion.objects.get()
    assert (stored.rules, stored.updated_at) == (earlier.rules, AT)


def test_an_unknown_program_has_no_draft(db):
    with pytest.raises(ProgramNotFound):
        update_draft(-1, data=document(), at=AT)
    assert not ProgramVersion.objects.exists()


def test_an_archived_program_takes_no_draft(published):
    archive_program(published.pk, at=LATER)
    with pytest.raises(LoyaltyException, match="is archived and cannot be changed") as error:
        update_draft(published.pk, data=document(), at=LATER)
    assert error.value.code == "INVALID"
    assert ProgramVersion.objects.filter(published_at__isnull=True).count() == 0


def test_equal_documents_have_equal_checksums_whatever_the_order_of_their_keys():
    assert checksum({"a": 1, "b": "ש"}) == checksum({"b": "ש", "a": 1})
    assert checksum({"a": 1}) != checksum({"a": 2})
    assert checksum({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_publishing_writes_the_same_checksum_as_the_draft(program):
    draft, _ = update_draft(program.pk, data=document(), at=AT)
    assert publish_draft(program.pk, at=LATER).checksum == draft.checksum
