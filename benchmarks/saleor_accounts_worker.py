"""One Saleor process of the benchmark of accounts. Started by ``benchmarks/saleor_accounts.py``.

It reads commands from its standard input and answers on the standard output, a line of JSON each:
``{"do": "fill", "size": …}``, ``{"do": "titles"}``, ``{"do": "send", "title": …}``.
"""

from __future__ import annotations

from typing import Any

import django

django.setup()
import saleor.graphql.api  # noqa: E402, F401  (before any of its parts: they import each other in a circle)
from django.db import connection, transaction  # noqa: E402
from saleor.account import search  # noqa: E402
from saleor.account.models import User  # noqa: E402

from saleor_loyalty.models import LoyaltyAccount  # noqa: E402
from tests.scenarios.drivers import saleor_scene  # noqa: E402
from tests.scenarios.drivers.protocol import STAFF  # noqa: E402

from .accounts import PEOPLE, make_accounts, requests  # noqa: E402
from .saleor_client import send  # noqa: E402
from .saleor_commands import serve  # noqa: E402

HAS_VECTOR = hasattr(search, "update_user_search_vector")
"""Whether customers are found by a vector; before Saleor 3.23 they are by a document."""
_DOCUMENT = r"lower(email || E'\n' || first_name || E'\n' || last_name || E'\n')"
_VECTOR = """
    setweight(to_tsvector('simple', first_name || ' ' || last_name), 'A')
    || setweight(to_tsvector('simple', email), 'A')
    || setweight(to_tsvector('simple', split_part(email, '@', 2)), 'B')"""
MAKE_USERS = f"""
INSERT INTO account_user (email, first_name, last_name, password, is_superuser, is_staff, is_active, is_confirmed,
    date_joined, updated_at, jwt_token_key, language_code, uuid, metadata, private_metadata, search_document
    {", search_vector" if HAS_VECTOR else ""})
SELECT email, first_name, last_name, '', FALSE, FALSE, TRUE, is_confirmed, now(), now(), '', 'en', gen_random_uuid(),
       '{{}}', '{{}}', {f"'', {_VECTOR}" if HAS_VECTOR else _DOCUMENT}
FROM ({PEOPLE}) person
"""
COMPARED = 100


class Worker:
    """The state between the commands: what there is to be asked."""

    def __init__(self) -> None:
        self._requests: dict[str, tuple[str, dict[str, Any]]] = {}

    def fill(self, size: int) -> dict[str, Any]:
        saleor_scene.open_shop()
        with connection.cursor() as cursor:
            cursor.execute(MAKE_USERS, {"size": size})
            cursor.execute("VACUUM ANALYZE account_user")
            _compare_with_saleor()
            make_accounts(cursor, size, users="account_user")
        return {}

    def titles(self) -> dict[str, Any]:
        size = LoyaltyAccount.objects.count()
        self._requests = {title: (document, variables) for title, document, variables in requests(size)}
        return {"titles": list(self._requests)}

    def send(self, title: str) -> dict[str, Any]:
        document, variables = self._requests[title]
        send(document, variables, by=STAFF)
        return {}


def _compare_with_saleor() -> None:
    """Raise RuntimeError where Saleor itself would have a customer found by something else."""
    for user in User.objects.filter(is_staff=False).order_by("-pk")[:COMPARED]:
        made = user.search_vector if HAS_VECTOR else user.search_document
        with transaction.atomic():
            if HAS_VECTOR:
                search.update_user_search_vector(user)
                user.refresh_from_db()
                own = user.search_vector
            else:
                own = search.prepare_user_search_document_value(user)
            transaction.set_rollback(True)
        if made != own:
            raise RuntimeError(f"{made!r} was made where Saleor has {own!r}")


if __name__ == "__main__":
    serve(Worker())
