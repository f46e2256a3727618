"""System checks of the package: what an operator has set wrongly, by stable id, before the first customer notices.

    E001  LOYALTY_HOST cannot be imported
    E002  what LOYALTY_HOST names is not a host
    E003  LOYALTY_MAX_POINTS is not a whole number from 1 to 2000000000
    E004  a database that the package's tables live in is not PostgreSQL
    E005  USE_TZ is off
    E006  a LOYALTY_EVENT_ number is not a whole number of at least 1
    E007  LOYALTY_EVENT_PRIVATE_NETWORKS, LOYALTY_MIRROR_FACTS or LOYALTY_EXPIRY_EMAILS is neither True nor False
    E008  LOYALTY_TEXT_RETENTION_MONTHS or LOYALTY_INACTIVE_ACCOUNT_MONTHS is no whole number from 1 to 1200, nor None
    W001  a setting starts with LOYALTY_ but is none of the package's

They look at settings and code only, never at the database's contents. The host adds its own: ``checks()`` on the host
object, if it has one, returns further messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections, router
from django.utils.module_loading import import_string

from . import app_settings
from .host import Host, get_host

LARGEST_MONTHS = 1_200
LARGEST_POINTS = 2_000_000_000
"""What the database's constraints allow an account; it fits the 32 bits of a GraphQL Int."""


@register("saleor_loyalty")
def check_settings(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the package's settings and its host."""
    problems = [*_host_problems(), *_settings_problems(), *_database_problems()]
    if not any(problem.id in {"saleor_loyalty.E001", "saleor_loyalty.E002"} for problem in problems):
        find_more = getattr(get_host(), "checks", None)
        problems.extend(find_more() if find_more is not None else [])
    return problems


def _host_problems() -> Iterator[CheckMessage]:
    path = app_settings.HOST
    try:
        host_class = import_string(path)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        yield Error(
            f"LOYALTY_HOST is {path!r}, which cannot be imported: {error}",
            hint="Give the dotted path of a class, like saleor_loyalty.adapter.host.SaleorHost.",
            id="saleor_loyalty.E001",
        )
        return
    missing = [name for name in _host_methods() if not hasattr(host_class, name)]
    if missing:
        yield Error(
            f"LOYALTY_HOST is {path!r}, which is not a host: it lacks {', '.join(missing)}.",
            hint="A host has all methods of saleor_loyalty.host.Host.",
            id="saleor_loyalty.E002",
        )


def _host_methods() -> list[str]:
    return [name for name, value in vars(Host).items() if callable(value) and not name.startswith("_")]


def _settings_problems() -> Iterator[CheckMessage]:
    most = app_settings.MAX_POINTS
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= LARGEST_POINTS:
        yield Error(
            f"LOYALTY_MAX_POINTS is {most!r}; it must be a whole number from 1 to {LARGEST_POINTS}.",
            id="saleor_loyalty.E003",
        )
    for name in ("EVENT_ATTEMPTS", "EVENT_SWITCH_OFF_DAYS", "EVENT_RETENTION_DAYS"):
        number = getattr(app_settings, name)
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            yield Error(
                f"LOYALTY_{name} is {number!r}; it must be a whole number of at least 1.", id="saleor_loyalty.E006"
            )
    for name in ("TEXT_RETENTION_MONTHS", "INACTIVE_ACCOUNT_MONTHS"):
        months = getattr(app_settings, name)
        if months is not None and (type(months) is not int or not 1 <= months <= LARGEST_MONTHS):
            yield Error(
                f"LOYALTY_{name} is {months!r}; it must be None, or a whole number from 1 to {LARGEST_MONTHS}.",
                id="saleor_loyalty.E008",
            )
    for name in ("EVENT_PRIVATE_NETWORKS", "MIRROR_FACTS", "EXPIRY_EMAILS"):
        switch = getattr(app_settings, name)
        if not isinstance(switch, bool):
            yield Error(f"LOYALTY_{name} is {switch!r}; it must be True or False.", id="saleor_loyalty.E007")
    if not settings.USE_TZ:
        yield Error("USE_TZ is off; every moment in the ledger has a time zone.", id="saleor_loyalty.E005")
    known = {f"LOYALTY_{name}" for name in app_settings.names()}
    for name in sorted(name for name in dir(settings) if name.startswith("LOYALTY_") and name not in known):
        yield Warning(
            f"The setting {name} is none of the package's and has no effect.",
            hint=f"The settings are {', '.join(sorted(known))}.",
            id="saleor_loyalty.W001",
        )


def _database_problems() -> Iterator[CheckMessage]:
    for alias in connections:
        vendor = connections[alias].vendor
        if vendor != "postgresql" and router.allow_migrate(alias, "saleor_loyalty"):
            yield Error(
                f"The database {alias!r} is {vendor}; the ledger needs PostgreSQL, whose triggers guard it.",
                id="saleor_loyalty.E004",
            )
