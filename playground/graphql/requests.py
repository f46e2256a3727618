"""Who asks: bearer tokens of customers, staff and apps; and ids of the shop's objects in arguments."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from ..models import App, User
from ..shop import Refused

SALT = "playground.token"


def make_token(user: User) -> str:
    return signing.dumps(user.pk, salt=SALT)


def identify(request: HttpRequest) -> None:
    """Set ``request.user`` and ``request.app`` by the Authorization header; both None without a valid token."""
    header = request.headers.get("Authorization-Bearer") or request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip()
    request.app = App.objects.filter(token=token, is_active=True).first() if token else None  # type: ignore[attr-defined]
    request.user = None if request.app or not token else _user_of(token)  # type: ignore[attr-defined,assignment]


def _user_of(token: str) -> User | None:
    try:
        return User.objects.filter(pk=signing.loads(token, salt=SALT), is_active=True).first()
    except signing.BadSignature:
        return None


def key_of(global_id: str, type_name: str, *, field: str = "id") -> str:
    """Return the key in a global id. Raises Refused GRAPHQL_ERROR where it is not one of that type."""
    from saleor_loyalty.graphql.ids import text_key

    key = text_key(global_id, type_name)
    if key is None:
        raise Refused("GRAPHQL_ERROR", f"Invalid ID: {global_id}. Expected: {type_name}.", field=field)
    return key


def number_of(global_id: str, type_name: str, *, field: str = "id") -> int:
    key = key_of(global_id, type_name, field=field)
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Refused("NOT_FOUND", f"Couldn't resolve to a node: {global_id}", field=field)
    return int(key)
