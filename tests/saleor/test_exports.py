"""Exports inside of Saleor: made over its API, written by its worker, kept in its private storage, downloaded from the
plugin's address."""

from __future__ import annotations

import asyncio
import datetime
from urllib.parse import urlsplit

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import AsyncRequestFactory, Client
from django.utils import timezone
from saleor.core import private_storage
from saleor.plugins.models import PluginConfiguration

from saleor_loyalty.adapter.host import PLUGIN_ID
from saleor_loyalty.exports import download_token
from saleor_loyalty.exports.write_export import KEPT
from saleor_loyalty.host import get_host
from saleor_loyalty.models import Export
from saleor_loyalty.tasks import resume_exports_task
from tests.scenarios.stories import open_club
from tests.scenarios.test_customer_cards import ask
from tests.scenarios.test_log_and_exports import EXPORT, FILE, rows_behind


@pytest.fixture
def export(shop) -> Export:
    """The log of a club, finished."""
    open_club(shop)
    ask(shop, EXPORT, input={"kind": "LOG"})
    return Export.objects.get()


def test_the_file_lies_in_saleor_s_private_storage_and_is_served_by_the_plugin(shop, export):
    part = export.parts.get()
    assert private_storage.exists(part.name)
    with private_storage.open(part.name) as file:
        stored = file.read()

    url = ask(shop, FILE, id=global_id(export))["url"]

    assert urlsplit(url).path.startswith(f"/plugins/{PLUGIN_ID}/exports/")
    assert part.name not in url
    response = Client().get(urlsplit(url).path)
    assert b"".join(response) == stored
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["pointsChange"] for row in rows_behind(url)] == ["1000"]


def global_id(export: Export) -> str:
    import graphene

    return graphene.Node.to_global_id("LoyaltyExport", export.pk)


def address(token: str) -> str:
    return urlsplit(get_host().export_url(token)).path


def test_wrong_late_and_tampered_links_say_nothing(shop, export):
    late = download_token(export, at=timezone.now() - datetime.timedelta(hours=2))
    token = download_token(export, at=timezone.now())
    client = Client()
    for path, status in (
        (address(token) + "x", 404),
        (address(late), 410),
        (address("x"), 404),
        (f"/plugins/{PLUGIN_ID}/exports", 404),
        (f"/plugins/{PLUGIN_ID}/", 404),
    ):
        response = client.get(path)
        assert (path, response.status_code, response.content) == (path, status, b"")
    assert client.post(address(token)).status_code == 405


def test_while_the_plugin_is_switched_off_nothing_is_served(shop, export):
    path = address(download_token(export, at=timezone.now()))
    PluginConfiguration.objects.update_or_create(
        identifier=PLUGIN_ID, channel=None, defaults={"active": False, "configuration": []}
    )
    assert Client().get(path).status_code == 404


def test_a_file_whose_time_is_over_is_deleted_by_the_worker(shop, export):
    name = export.parts.get().name
    path = address(download_token(export, at=timezone.now()))
    Export.objects.update(expires_at=timezone.now() - KEPT)

    assert Client().get(path).status_code == 410
    assert resume_exports_task() == 1

    assert not private_storage.exists(name)
    export.refresh_from_db()
    assert export.status == "EXPIRED"


def test_an_export_that_nobody_writes_is_taken_up_by_the_worker(shop, export):
    Export.objects.update(status="PENDING", cursor=0, rows_done=0, rows_total=None)
    export.parts.all().delete()

    assert resume_exports_task() == 1

    export.refresh_from_db()
    assert (export.status, export.rows_done) == ("READY", 1)


def test_under_saleor_s_own_server_the_file_is_not_collected_before_it_is_sent(shop, export):
    """Saleor runs asynchronously: Django would collect an ordinary stream into memory."""
    from saleor_loyalty.exports import serve_export

    request = AsyncRequestFactory().get("/")
    assert isinstance(request, ASGIRequest)
    response = serve_export(request, download_token(export, at=timezone.now()), at=timezone.now())

    async def collect() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    assert response.is_async
    assert asyncio.run(collect()).startswith(b"\xef\xbb\xbfid,account,")
