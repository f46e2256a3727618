"""Work that is sent once, when the transaction that asked for it commits."""

from __future__ import annotations

import contextlib
import logging

import pytest
from django.db import transaction

from saleor_loyalty.on_commit import send_once_on_commit

pytestmark = pytest.mark.django_db(transaction=True)


class Undo(Exception):
    pass


def test_what_is_asked_for_twice_is_sent_once_with_all_its_parts():
    sent = []
    with transaction.atomic():
        send_once_on_commit("a", sent.append, parts={"2"})
        send_once_on_commit("a", sent.append, parts={"1"})
        send_once_on_commit("b", sent.append)
        assert sent == []
    assert sent == [["1", "2"], []]


def test_what_was_asked_for_where_it_was_undone_is_asked_for_again():
    sent = []
    with transaction.atomic():
        with contextlib.suppress(Undo), transaction.atomic():
            send_once_on_commit("a", sent.append)
            raise Undo
        send_once_on_commit("a", sent.append)
    assert sent == [[]]


def test_nothing_is_sent_of_a_transaction_that_is_undone():
    sent = []
    with contextlib.suppress(Undo), transaction.atomic():
        send_once_on_commit("a", sent.append)
        raise Undo
    assert sent == []


def test_a_broker_that_is_gone_is_logged_and_does_not_stop_what_comes_after(caplog):
    sent = []

    def fail(parts):
        raise OSError("no broker")

    with caplog.at_level(logging.ERROR), transaction.atomic():
        send_once_on_commit(("settle order", "7"), fail)
        send_once_on_commit("b", sent.append)
    assert sent == [[]]
    assert "('settle order', '7') could not be sent." in caplog.text
