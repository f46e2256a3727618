"""Rules as YAML: out, in, and the same again."""

from __future__ import annotations

import pytest

from saleor_loyalty.errors import LoyaltyException, ProgramNotFound, RulesInvalid
from saleor_loyalty.models import LoyaltyProgram, ProgramVersion
from saleor_loyalty.programs import create_program, export_program, import_program, publish_draft, update_draft

from .documents import AT, LATER, document

POINT_NAMES = {"he": {"one": "כוכב", "two": "כוכבים", "other": "כוכבים"}, "en": {"one": "star", "other": "stars"}}


def test_what_is_exported_can_be_imported_and_is_the_same(program):
    # given
    update_draft(program.pk, data=document("il", "eu", pointNames=POINT_NAMES, pendingDays=14), at=AT)
    original = publish_draft(program.pk, at=AT)
    text = export_program(program.pk)

    # when
    version, _ = import_program(text, slug="copy", name="Copy", at=LATER)

    # then
    assert (version.rules, version.checksum) == (original.rules, original.checksum)
    assert version.program.name == "Copy"
    assert version.published_at is None
    assert export_program(version.program_id) == text
    assert "כוכבים" in text


def test_the_published_rules_are_exported_unless_the_draft_is_asked_for(published):
    update_draft(published.pk, data=document(pendingDays=14), at=LATER)
    assert "pendingDays: 0\n" in export_program(published.pk)
    assert "pendingDays: 14\n" in export_program(published.pk, is_draft=True)


def test_a_program_without_published_rules_exports_its_draft(program):
    update_draft(program.pk, data=document(pendingDays=14), at=AT)
    assert "pendingDays: 14\n" in export_program(program.pk)


@pytest.mark.parametrize("is_draft", [False, True])
def test_a_program_without_rules_exports_nothing(program, is_draft):
    for program_id in (program.pk, -1):
        with pytest.raises(ProgramNotFound):
            export_program(program_id, is_draft=is_draft)


def test_importing_into_an_existing_program_replaces_its_draft_and_keeps_its_name(published):
    text = export_program(published.pk).replace("pendingDays: 0", "pendingDays: 3")

    version, warnings = import_program(text, slug="stars", name="Ignored", at=LATER)

    assert (version.program_id, version.number, version.rules["pendingDays"]) == (published.pk, 2, 3)
    assert warnings == ()
    assert list(LoyaltyProgram.objects.values_list("name", flat=True)) == ["Stars"]


def test_a_bad_document_names_its_paths_and_writes_nothing(db):
    text = "channels:\n- {key: a, channel: a, currency: XXQ}\nearning:\n- {key: b, type: FIXED_AMOUNT, points: 1.5}\n"
    with pytest.raises(RulesInvalid) as error:
        import_program(text, slug="stars", at=AT)
    assert [path for path, _ in error.value.problems] == ["channels[0].currency", "earning[0].points"]
    assert not LoyaltyProgram.objects.exists()


def test_a_bad_slug_writes_nothing(db):
    with pytest.raises(LoyaltyException) as error:
        import_program("{}", slug="No Slug", at=AT)
    assert (error.value.code, error.value.field) == ("INVALID", "slug")
    assert not LoyaltyProgram.objects.exists()
    assert not ProgramVersion.objects.exists()


def test_a_program_that_is_created_by_an_import_is_named_by_its_slug_without_a_name(db):
    version, _ = import_program("{}", slug="stars", at=AT)
    assert version.program.name == "stars"
    assert create_program(name="Other", slug="other", at=AT).pk != version.program_id
