"""The playground as a host of the loyalty package. It holds no state."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings

from saleor_loyalty.host import UserFacts

from .models import User


class PlaygroundHost:
    """Implements ``saleor_loyalty.host.Host``."""

    def import_models(self) -> None:
        """Nothing to do early: permissions are plain names here."""

    def ready(self) -> None:
        """Nothing to patch: the shop calls the verbs itself."""

    def is_active(self) -> bool:
        return bool(settings.PLAYGROUND_LOYALTY_IS_ACTIVE)

    def write_context(self) -> AbstractContextManager[None]:
        return contextlib.nullcontext()

    def read_alias(self, context: Any) -> str:
        return "default"

    def users(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, UserFacts]:
        return {pk: _user_facts(user) for pk, user in self.user_instances(user_ids, using=using).items()}

    def user_instances(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, User]:
        return {user.pk: user for user in User.objects.using(using).filter(pk__in=set(user_ids))}


def _user_facts(user: User) -> UserFacts:
    return UserFacts(
        id=user.pk,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        is_active=user.is_active,
        is_confirmed=user.is_confirmed,
        last_login_at=user.last_login,
        language_code=user.language_code,
    )
