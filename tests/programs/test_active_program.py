"""Which program is active where and when."""

from __future__ import annotations

import datetime

import pytest
from django.test import override_settings

from saleor_loyalty.errors import ProgramNotFound
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import ProgramVersion
from saleor_loyalty.programs import (
    active_program,
    active_programs,
    archive_program,
    create_program,
    load_version,
    pause_program,
    program_for_account,
    publish_draft,
    rename_program,
    update_draft,
)

from .documents import AT, LATER, document


def publish(program, *channels, **parts):
    update_draft(program.pk, data=document(*channels, **parts), at=AT)
    return publish_draft(program.pk, at=AT)


def test_the_published_program_is_active_in_its_channel(published):
    found = active_program("default", at=LATER)
    assert (found.program_id, found.program_name, found.version_number) == (published.pk, "Stars", 1)
    assert found.version_id == published.published_version_id
    assert found.rules.redemption_rule("default").key == "cart"


def test_a_draft_alone_is_not_active(program):
    update_draft(program.pk, data=document(), at=AT)
    assert active_program("default", at=LATER) is None


def test_a_channel_without_a_program_has_none(published):
    assert active_program("elsewhere", at=LATER) is None


@pytest.mark.parametrize("slug", ["", "defa\x00ult", "\x00", "\ud800", "d" * 10_000])
def test_a_slug_that_no_channel_can_have_has_none(published, slug):
    assert list(active_programs([slug, "default"], at=LATER)) == ["default"]


def test_an_inactive_listing_has_none(program):
    data = document("default", "off")
    data["channels"][1]["isActive"] = False
    update_draft(program.pk, data=data, at=AT)
    publish_draft(program.pk, at=AT)
    assert active_program("off", at=LATER) is None
    assert active_program("default", at=LATER).program_id == program.pk


@pytest.mark.parametrize("verb", [pause_program, archive_program])
def test_a_stopped_program_is_not_active(published, verb):
    verb(published.pk, at=LATER)
    assert active_program("default", at=LATER) is None


def test_the_dates_of_the_program_hold_from_the_first_moment_to_before_the_last(program):
    publish(program, startsAt="2026-04-01T00:00:00+00:00", endsAt="2026-05-01T00:00:00+00:00")
    start = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    tick = datetime.timedelta(microseconds=1)
    assert active_program("default", at=start - tick) is None
    assert active_program("default", at=start) is not None
    assert active_program("default", at=end - tick) is not None
    assert active_program("default", at=end) is None


def test_nothing_is_active_while_the_operator_has_switched_the_plugin_off(published):
    with override_settings(PLAYGROUND_LOYALTY_IS_ACTIVE=False):
        assert active_program("default", at=LATER) is None
    assert active_program("default", at=LATER) is not None


def test_finding_takes_one_statement_once_the_version_is_known(published, django_assert_num_queries):
    with django_assert_num_queries(2):
        active_program("default", at=LATER)
    with django_assert_num_queries(1):
        active_program("default", at=LATER)


def test_many_channels_take_one_statement(program, django_assert_num_queries):
    slugs = [f"channel-{number}" for number in range(20)]
    publish(program, *slugs)
    active_program(slugs[0], at=LATER)
    with django_assert_num_queries(1):
        found = active_programs([*slugs, "elsewhere"], at=LATER)
    assert sorted(found) == sorted(slugs)


def test_a_new_version_and_a_new_name_count_at_once(published):
    active_program("default", at=LATER)
    publish(published, pendingDays=14)
    rename_program(published.pk, name="Moons", at=LATER)
    found = active_program("default", at=LATER)
    assert (found.version_number, found.rules.pending_days, found.program_name) == (2, 14, "Moons")


def test_an_earlier_version_can_still_be_loaded(published, django_assert_num_queries):
    first = published.published_version_id
    publish(published, pendingDays=14)
    loaded = load_version(first)
    assert (loaded.program_id, loaded.version_number, loaded.rules.pending_days) == (published.pk, 1, 0)
    with django_assert_num_queries(0):
        assert load_version(first).rules is loaded.rules


def test_a_draft_cannot_be_loaded_as_a_version(published):
    draft, _ = update_draft(published.pk, data=document(), at=LATER)
    with pytest.raises(ProgramNotFound):
        load_version(draft.pk)
    # Once published it can: the refusal was not remembered.
    publish_draft(published.pk, at=LATER)
    assert load_version(draft.pk).version_number == 2


def test_an_unknown_version_cannot_be_loaded(db):
    assert not ProgramVersion.objects.exists()
    with pytest.raises(ProgramNotFound):
        load_version(-1)


def test_an_account_finds_its_program_also_while_it_is_paused(published):
    account = open_account(published, user_id=5, at=AT)
    pause_program(published.pk, at=LATER)
    found = program_for_account(account)
    assert (found.program_id, found.program_name, found.version_number) == (published.pk, "Stars", 1)


def test_an_account_of_a_program_that_was_never_published_finds_no_rules(db):
    program = create_program(name="Moons", slug="moons", at=AT)
    account = open_account(program, user_id=5, at=AT)
    assert program_for_account(account) is None
