"""The part of the port that lists Saleor's customers, by delegation: see ``host.py``."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet


class SaleorCustomers:
    """Which users have an address or a member status, or have changed."""

    def find_users(self, field: str, values: Iterable[str], *, using: str = "default") -> dict[str, int]:
        from .customers import find_users

        return find_users(field, values, using=using)

    def owners_of_emails(self, emails: Iterable[str], *, using: str = "default") -> dict[str, int]:
        from .customers import owners_of_emails

        return owners_of_emails(emails, using=using)

    def users_with_member_status(self, status: str, *, using: str = "default") -> QuerySet[Any]:
        from .customers import users_with_member_status

        return users_with_member_status(status, using=using)

    def changed_users(
        self, *, since: datetime.datetime, after_id: int, limit: int
    ) -> Sequence[tuple[datetime.datetime, int]]:
        from .customers import changed_users

        return changed_users(since=since, after_id=after_id, limit=limit)

    def user_ids(self, *, after_id: int, limit: int) -> Sequence[int]:
        from .customers import user_ids

        return user_ids(after_id=after_id, limit=limit)
