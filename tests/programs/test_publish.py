"""Publishing, pausing, resuming and archiving."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from saleor_loyalty.errors import AlreadyExists, DraftNotFound, LoyaltyException, ProgramNotFound, RulesInvalid
from saleor_loyalty.ledger import Actor, give_points, open_account, reserve_points
from saleor_loyalty.models import LoyaltyProgram, ProgramChannel, ProgramVersion, Reservation
from saleor_loyalty.programs import (
    archive_program,
    create_program,
    pause_program,
    publish_draft,
    resume_program,
    update_draft,
)

from .documents import AT, LATER, document


def channels(program) -> list[tuple[str, str, bool]]:
    rows = ProgramChannel.objects.filter(program=program).order_by("channel_slug")
    return list(rows.values_list("channel_slug", "currency", "is_active"))


def test_publishing_makes_the_draft_a_version_and_activates_the_program(program):
    # given
    data = document("il", "old")
    data["channels"][1]["isActive"] = False
    update_draft(program.pk, data=data, at=AT)

    # when
    version = publish_draft(program.pk, at=LATER, actor=Actor("STAFF", 7))

    # then
    version.refresh_from_db()
    assert (version.number, version.published_at) == (1, LATER)
    assert (version.published_by_kind, version.published_by_id) == ("STAFF", 7)
    program.refresh_from_db()
    assert (program.status, program.published_version, program.updated_at) == ("ACTIVE", version, LATER)
    assert channels(program) == [("il", "ILS", True), ("old", "ILS", False)]


def test_the_next_version_replaces_the_channels(published):
    update_draft(published.pk, data=document("other"), at=LATER)

    version = publish_draft(published.pk, at=LATER)

    assert version.number == 2
    assert channels(published) == [("other", "ILS", True)]
    assert ProgramVersion.objects.filter(program=published).count() == 2


def test_without_a_draft_there_is_nothing_to_publish(published):
    with pytest.raises(DraftNotFound, match="has no draft to publish") as error:
        publish_draft(published.pk, at=LATER)
    assert (error.value.code, error.value.field) == ("NOT_FOUND", "program")
    published.refresh_from_db()
    assert (published.published_version.number, published.updated_at) == (1, AT)


def test_an_unknown_program_cannot_be_published(db):
    with pytest.raises(ProgramNotFound):
        publish_draft(-1, at=AT)


def test_a_draft_that_this_release_refuses_is_not_published(program):
    update_draft(program.pk, data=document(), at=AT)
    ProgramVersion.objects.update(rules={**document(), "schemaVersion": 99})

    with pytest.raises(RulesInvalid) as error:
        publish_draft(program.pk, at=LATER)

    assert error.value.problems[0][0] == "schemaVersion"
    program.refresh_from_db()
    assert (program.status, program.published_version) == ("DRAFT", None)
    assert channels(program) == []


def test_a_channel_has_one_program_and_the_refusal_names_it(published):
    # given
    other = create_program(name="Moons", slug="moons", at=AT)
    update_draft(other.pk, data=document("free", "default"), at=AT)

    # when
    with pytest.raises(AlreadyExists) as error:
        publish_draft(other.pk, at=LATER)

    # then
    assert error.value.message == 'The channel "default" already has the program "Stars" (stars).'
    assert (error.value.code, error.value.field) == ("ALREADY_EXISTS", "channels")
    other.refresh_from_db()
    assert (other.status, other.published_version) == ("DRAFT", None)
    assert channels(other) == []
    assert channels(published) == [("default", "ILS", True)]
    assert ProgramVersion.objects.get(program=other).published_at is None


def test_a_channel_that_both_list_but_one_leaves_inactive_is_no_conflict(published):
    other = create_program(name="Moons", slug="moons", at=AT)
    data = document("default")
    data["channels"][0]["isActive"] = False
    update_draft(other.pk, data=data, at=AT)

    publish_draft(other.pk, at=LATER)

    assert channels(other) == [("default", "ILS", False)]


def test_a_published_version_cannot_be_changed(published):
    version = published.published_version
    with pytest.raises(IntegrityError, match="it is published"), transaction.atomic():
        ProgramVersion.objects.filter(pk=version.pk).update(rules={})
    with pytest.raises(IntegrityError, match="it is published"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM saleor_loyalty_programversion WHERE id = %s", [version.pk])
    assert ProgramVersion.objects.get(pk=version.pk).rules == version.rules


def test_a_paused_program_keeps_its_channels_and_goes_on(published):
    assert pause_program(published.pk, at=LATER).status == "PAUSED"
    assert channels(published) == [("default", "ILS", True)]

    assert resume_program(published.pk, at=LATER).status == "ACTIVE"
    published.refresh_from_db()
    assert (published.status, published.updated_at) == ("ACTIVE", LATER)


def test_each_pause_is_kept(published):
    moments = [LATER + datetime.timedelta(hours=hour) for hour in range(5)]
    for verb, at in zip((pause_program, resume_program, pause_program), moments, strict=False):
        verb(published.pk, at=at)
        verb(published.pk, at=moments[-1])

    assert list(published.pauses.values_list("paused_at", "resumed_at")) == [
        (moments[0], moments[1]),
        (moments[2], None),
    ]


@pytest.mark.parametrize("verb", [pause_program, archive_program])
def test_stopping_frees_what_the_programs_carts_had_set_aside_and_nothing_else(published, verb):
    # given
    other = create_program(name="Moons", slug="moons", at=AT)
    update_draft(other.pk, data=document("moon"), at=AT)
    publish_draft(other.pk, at=AT)
    accounts = []
    for number, program in enumerate((published, published, other), start=1):
        account = open_account(program, user_id=number, at=AT)
        give_points(account.pk, points=500, at=AT, idempotency_key=f"gift-{number}")
        reserve(account, checkout_id=f"cart-{number}")
        accounts.append(account)

    # when
    verb(published.pk, at=AT)

    # then
    for account in accounts:
        account.refresh_from_db()
    assert [(account.balance, account.reserved) for account in accounts] == [(500, 0), (500, 0), (500, 200)]
    assert list(Reservation.objects.order_by("checkout_id").values_list("status", flat=True)) == [
        "RELEASED",
        "RELEASED",
        "RESERVED",
    ]


def reserve(account, *, checkout_id):
    program = LoyaltyProgram.objects.get(pk=account.program_id)
    reserve_points(
        account.pk,
        checkout_id=checkout_id,
        points=200,
        requested_points=200,
        value=Decimal(20),
        rows=Decimal(20),
        currency="ILS",
        channel_slug="default",
        program_version_id=program.published_version_id,
        rule_key="cart",
        at=AT,
        expires_at=LATER,
    )


def test_pausing_twice_changes_nothing(published):
    pause_program(published.pk, at=LATER)
    program = pause_program(published.pk, at=LATER.replace(year=2027))
    assert (program.status, program.updated_at) == ("PAUSED", LATER)


def test_publishing_wakes_a_paused_program(published):
    pause_program(published.pk, at=LATER)
    update_draft(published.pk, data=document(), at=LATER)
    publish_draft(published.pk, at=LATER)
    assert LoyaltyProgram.objects.get().status == "ACTIVE"
    assert list(published.pauses.values_list("resumed_at", flat=True)) == [LATER]


@pytest.mark.parametrize("verb", [pause_program, resume_program])
def test_what_was_never_published_can_be_neither_paused_nor_resumed(program, verb):
    with pytest.raises(LoyaltyException, match="has never been published") as error:
        verb(program.pk, at=LATER)
    assert (error.value.code, error.value.field) == ("INVALID", "program")
    program.refresh_from_db()
    assert (program.status, program.updated_at) == ("DRAFT", AT)


def test_an_archived_program_gives_up_its_channels_for_good(published):
    # when
    archive_program(published.pk, at=LATER)

    # then
    published.refresh_from_db()
    assert published.status == "ARCHIVED"
    assert channels(published) == []
    for verb in (pause_program, resume_program, publish_draft):
        with pytest.raises(LoyaltyException, match="is archived and cannot be changed"):
            verb(published.pk, at=LATER)
    other = create_program(name="Moons", slug="moons", at=AT)
    update_draft(other.pk, data=document(), at=AT)
    publish_draft(other.pk, at=LATER)
    assert channels(other) == [("default", "ILS", True)]


def test_archiving_twice_changes_nothing(published):
    archive_program(published.pk, at=LATER)
    assert archive_program(published.pk, at=LATER.replace(year=2027)).updated_at == LATER
