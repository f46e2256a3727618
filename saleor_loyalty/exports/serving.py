"""Answers a download over HTTP: the parts of the file one after the other, a piece at a time.

Both kinds of server are served as they need it: under ASGI Django would collect an ordinary iterator before it sends
anything. A refusal says nothing but its number.
"""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ..host import get_host
from ..models import Export, ExportFileType
from .links import open_token
from .refusals import ExportGone, ExportNotFound

CONTENT_TYPES = {ExportFileType.CSV.value: "text/csv; charset=utf-8", ExportFileType.JSON.value: "application/json"}
PIECE = 64 * 1024
"""Bytes."""


def serve_export(request: HttpRequest, token: str, *, at: datetime.datetime) -> HttpResponseBase:
    """Return the file that a link leads to, 404 for no link of ours, 410 for one whose time is over."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        with get_host().write_context():
            export = open_token(token, at=at)
            parts = list(export.parts.filter(is_written=True).order_by("number").values_list("name", "size"))
    except ExportNotFound:
        return HttpResponse(status=404)
    except ExportGone:
        return HttpResponse(status=410)
    names = [name for name, _ in parts]
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        storage = get_host().private_storage()
        is_asynchronous = isinstance(request, ASGIRequest)
        response = StreamingHttpResponse(_apieces(storage, names) if is_asynchronous else _pieces(storage, names))
    response["Content-Type"] = CONTENT_TYPES[export.file_type]
    response["Content-Length"] = str(sum(size for _, size in parts))
    response["Content-Disposition"] = f'attachment; filename="{file_name(export)}"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_name(export: Export) -> str:
    return f"loyalty-{export.kind.lower()}-{export.created_at:%Y-%m-%d}-{export.pk}.{export.file_type.lower()}"


def _pieces(storage: Storage, names: list[str]) -> Iterator[bytes]:
    for name in names:
        with storage.open(name, "rb") as file:
            while piece := file.read(PIECE):
                yield piece


async def _apieces(storage: Storage, names: list[str]) -> AsyncIterator[bytes]:
    pieces = _pieces(storage, names)
    advance = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
    while piece := await advance():
        yield piece
