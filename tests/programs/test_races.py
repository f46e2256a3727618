"""Two sessions at once, each on its own connection: exactly one wins, and the other is told why."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from saleor_loyalty.errors import AlreadyExists, DraftNotFound
from saleor_loyalty.lock_objects import loyalty_program_qs_select_for_update
from saleor_loyalty.models import LoyaltyProgram, ProgramChannel, ProgramVersion
from saleor_loyalty.programs import create_program, pause_program, publish_draft, update_draft

from .documents import AT, LATER, document

pytestmark = pytest.mark.django_db(transaction=True)


def run_together(*calls):
    """Run the calls in threads that start at the same moment; return their results or exceptions, in order."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(position, call):
        try:
            barrier.wait(timeout=10)
            outcomes[position] = call()
        except Exception as error:  # noqa: BLE001  (the outcome is what is tested)
            outcomes[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(position, call)) for position, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def draft_of(slug: str, *channels: str) -> LoyaltyProgram:
    program = create_program(name=slug.title(), slug=slug, at=AT)
    update_draft(program.pk, data=document(*channels), at=AT)
    return program


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_publishings_of_one_draft_one_wins(attempt):
    program = draft_of("stars", "default")

    outcomes = run_together(*[lambda: publish_draft(program.pk, at=LATER)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DraftNotFound", "ProgramVersion"]
    assert list(ProgramVersion.objects.values_list("number", "published_at")) == [(1, LATER)]
    assert ProgramChannel.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_programs_that_reach_for_the_same_channels_one_wins(attempt):
    stars = draft_of("stars", "a", "b")
    moons = draft_of("moons", "b", "a")

    outcomes = run_together(
        lambda: publish_draft(stars.pk, at=LATER),
        lambda: publish_draft(moons.pk, at=LATER),
    )

    losers = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(loser) for loser in losers] == [AlreadyExists]
    winner, loser = (stars, moons) if outcomes[1] is losers[0] else (moons, stars)
    assert losers[0].message == " ".join(
        f'The channel "{slug}" already has the program "{winner.name}" ({winner.slug}).' for slug in ("a", "b")
    )
    assert set(ProgramChannel.objects.values_list("program_id", "channel_slug")) == {
        (winner.pk, "a"),
        (winner.pk, "b"),
    }
    loser.refresh_from_db()
    assert (loser.status, loser.published_version_id) == ("DRAFT", None)


@pytest.mark.parametrize("attempt", range(5))
def test_publishing_and_pausing_at_once_leave_one_of_the_two_orders(attempt):
    program = draft_of("stars", "default")
    publish_draft(program.pk, at=AT)
    update_draft(program.pk, data=document(pendingDays=14), at=AT)

    outcomes = run_together(
        lambda: publish_draft(program.pk, at=LATER),
        lambda: pause_program(program.pk, at=LATER),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    program.refresh_from_db()
    assert program.published_version.number == 2
    assert program.status in ("ACTIVE", "PAUSED")
    assert list(ProgramChannel.objects.values_list("channel_slug", "is_active")) == [("default", True)]


def test_two_drafts_at_once_leave_one_draft():
    program = create_program(name="Stars", slug="stars", at=AT)

    outcomes = run_together(
        lambda: update_draft(program.pk, data=document(pendingDays=1), at=AT),
        lambda: update_draft(program.pk, data=document(pendingDays=2), at=AT),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert ProgramVersion.objects.count() == 1


def test_two_programs_with_one_slug_at_once_leave_one_program():
    outcomes = run_together(*[lambda: create_program(name="Stars", slug="stars", at=AT)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyExists", "LoyaltyProgram"]
    assert LoyaltyProgram.objects.count() == 1


def test_publishing_waits_for_the_lock_and_reads_after_it():
    # given: somebody else holds the program and publishes its draft before letting go
    program = draft_of("stars", "default")
    started = threading.Event()
    outcomes = []

    def publish():
        started.set()
        try:
            outcomes.append(publish_draft(program.pk, at=LATER))
        except DraftNotFound as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=publish)
    with transaction.atomic():
        assert loyalty_program_qs_select_for_update().get() == program
        thread.start()
        started.wait(timeout=10)
        wait_until_somebody_waits_for_a_lock()
        publish_draft(program.pk, at=AT)
    thread.join(timeout=30)

    # then
    assert [type(outcome) for outcome in outcomes] == [DraftNotFound]
    assert ProgramVersion.objects.get().published_at == AT


def wait_until_somebody_waits_for_a_lock():
    for _ in range(1000):
        with connection.cursor() as cursor:
            # The statistics are otherwise those of the transaction's first look.
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
