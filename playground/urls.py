"""The addresses: GraphQL by POST and the explorer page by GET, under the path that Saleor has, and at the root; the
files of exports."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import timezone

from saleor_loyalty.exports import serve_export

from .graphql.view import graphql_view


def export_view(request: HttpRequest, token: str) -> HttpResponseBase:
    return serve_export(request, token, at=timezone.now())


urlpatterns = [path("graphql/", graphql_view), path("exports/<str:token>", export_view), path("", graphql_view)]
