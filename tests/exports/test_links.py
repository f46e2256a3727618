"""Links to files, and what is behind them over HTTP."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from django.core import signing
from django.test import AsyncRequestFactory, Client
from django.utils import timezone

from saleor_loyalty.exports import LINK_LASTS, download_token, link_ends_at, open_token, serve_export
from saleor_loyalty.exports.refusals import ExportGone, ExportNotFound
from saleor_loyalty.exports.write_export import KEPT
from saleor_loyalty.models import Export
from tests.ledger.builders import HOUR, NOW

from .builders import content, make, write

SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def export(program, account, small_parts) -> Export:
    """Finished just now, by the clock of the machine, which the addresses take."""
    export = make(program)
    write(export, at=timezone.now())
    return export


def test_a_link_opens_its_export_for_an_hour(export):
    at = timezone.now()
    token = download_token(export, at=at)
    end = link_ends_at(export, at=at)
    assert end == (at + LINK_LASTS).replace(microsecond=0)
    assert open_token(token, at=end - SECOND) == export
    with pytest.raises(ExportGone):
        open_token(token, at=end)


def test_a_link_ends_with_the_file_at_the_latest(export):
    at = export.expires_at - HOUR / 2
    assert link_ends_at(export, at=at) == export.expires_at.replace(microsecond=0)
    assert download_token(export, at=export.expires_at) is None


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "FAILED", "CANCELED", "EXPIRED"])
def test_only_a_finished_file_has_a_link(export, status):
    token = download_token(export, at=timezone.now())
    Export.objects.filter(pk=export.pk).update(status=status)
    export.refresh_from_db()
    assert download_token(export, at=timezone.now()) is None
    with pytest.raises(ExportGone):
        open_token(token, at=timezone.now())


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "..%2F..%2Fetc",
        "a" * 10_000,
        "\x00",
        signing.dumps([1, 9_999_999_999], salt="another"),
        signing.dumps("text", salt="saleor_loyalty.exports"),
        signing.dumps([1, 2, 3], salt="saleor_loyalty.exports"),
    ],
)
def test_what_is_no_link_of_ours_opens_nothing(export, forged):
    with pytest.raises(ExportNotFound):
        open_token(forged, at=NOW)


def test_a_link_that_was_changed_opens_nothing(export):
    token = download_token(export, at=timezone.now())
    for position in range(0, len(token), 7):
        changed = "A" if token[position] != "A" else "B"
        with pytest.raises(ExportNotFound):
            open_token(token[:position] + changed + token[position + 1 :], at=timezone.now())


def test_the_file_is_downloaded_without_anybody_to_log_in(export):
    token = download_token(export, at=timezone.now())

    response = Client().get(f"/exports/{token}")

    assert response.status_code == 200
    assert b"".join(response) == content(export)
    assert response["Content-Length"] == str(len(content(export)))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="loyalty-log-2026-03-01-{export.pk}.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_head_of_the_file_has_no_body(export):
    response = Client().head(f"/exports/{download_token(export, at=timezone.now())}")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Length"] == str(len(content(export)))


def test_a_wrong_link_says_nothing_but_its_number(export):
    token = download_token(export, at=timezone.now())
    late = download_token(export, at=timezone.now() - 2 * HOUR)
    client = Client()
    for address, status in ((f"/exports/{token}x", 404), (f"/exports/{late}", 410), ("/exports/x", 404)):
        response = client.get(address)
        assert (response.status_code, response.content) == (status, b"")
    assert client.post(f"/exports/{token}").status_code == 405
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - KEPT)
    assert client.get(f"/exports/{token}").status_code == 410


def test_an_asynchronous_server_is_given_pieces_as_it_asks_for_them(export):
    request = AsyncRequestFactory().get("/exports/x")
    response = serve_export(request, download_token(export, at=timezone.now()), at=timezone.now())

    async def collect():
        return [piece async for piece in response.streaming_content]

    assert response.is_async
    pieces = asyncio.run(collect())
    assert len(pieces) == 3
    assert b"".join(pieces) == content(export)
