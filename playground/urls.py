"""The addresses: GraphQL by POST and the explorer page by GET, under the path that Saleor has, and at the root."""

from __future__ import annotations

from django.urls import path

from .graphql.view import graphql_view

urlpatterns = [path("graphql/", graphql_view), path("", graphql_view)]
