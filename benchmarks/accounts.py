"""The account list on 100,000 and on a million accounts: pages, searches, filters, orders and counts.

Workload: one program. Eight of ten accounts are customers of the playground, two are guests; one of a hundred is VIP,
one of twenty New, one of two thousand frozen. Guests, points, dates and names are spread evenly, in Latin, Hebrew and
Arabic letters. The playground's users get the trigram indexes that Saleor's have. Measured is the whole GraphQL
request with a warm cache: twenty accounts with their customer, points and labels, both sizes asked in turn. Target:
50 ms, and at most 1.5 times as long. Counts that are not kept are linear in what they count: they have no target.

It is no measure of several requests at once, of a cold cache or of Saleor's own search: for that see
``saleor_accounts``.

    python -m benchmarks.accounts [--sizes 100000 1000000] [--rounds 15] [--keep]

A million accounts take about 2 GB and some minutes.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import sys
from typing import Any

from .databases import Cases, Databases, connect, measure, report

SIZES = (100_000, 1_000_000)
TARGET = 50.0
AT = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)

PEOPLE = """
    SELECT 'c' || n || '@mail' || n %% 997 || '.example' AS email, name[1 + n %% 12] AS first_name,
           'Family' || n %% 5003 AS last_name, n %% 10 <> 0 AS is_confirmed
    FROM generate_series(1, %(size)s::bigint) n, (
        SELECT ARRAY['Anna', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'נועה', 'דוד', 'محمد', 'سارة', 'Gil', 'Hana'] name
    ) of_people
    WHERE n / 7 %% 5 <> 4
"""
"""The customers, whatever table the host keeps them in."""
MAKE_USERS = f"""
INSERT INTO playground_user (email, first_name, last_name, password, is_active, is_confirmed, is_staff, permissions,
                             language_code)
SELECT email, first_name, last_name, '', TRUE, is_confirmed, FALSE, '{{}}', 'en' FROM ({PEOPLE}) person
"""
MAKE_ACCOUNTS = """
INSERT INTO saleor_loyalty_loyaltyaccount (program_id, user_id, email, status, balance, pending, reserved, debt, given,
    redeemed, expired, reversed, deducted, sequence, last_hash, revision, last_transaction_at, enrolled_at, created_at)
SELECT %(program)s, u.id, CASE WHEN u.id IS NULL THEN 'guest' || n || '@mail' || n %% 997 || '.example' END,
       CASE WHEN n %% 2000 = 7 THEN 'FROZEN' ELSE 'ACTIVE' END, n * 7919 %% 10007, 0, 0, 0,
       n * 7919 %% 10007 + n %% 501,
       n %% 501, 0, 0, 0, 1, '', 1,
       CASE WHEN n %% 10 = 9 THEN NULL ELSE %(at)s::timestamptz - n * 104729 %% 31536000 * interval '1 second' END,
       NULL, %(at)s::timestamptz - (%(size)s - n) * interval '1 minute'
FROM generate_series(1, %(size)s::bigint) n LEFT JOIN {users} u
    ON u.email = 'c' || n || '@mail' || n %% 997 || '.example'
ORDER BY n;

INSERT INTO saleor_loyalty_label (program_id, name, key, is_automatic, created_at, updated_at)
SELECT %(program)s, name, lower(name), FALSE, %(at)s, %(at)s FROM unnest(ARRAY['VIP', 'New']) name;

INSERT INTO saleor_loyalty_accountlabel (account_id, label_id, actor_kind, created_at)
SELECT a.id, l.id, 'SYSTEM', %(at)s FROM saleor_loyalty_loyaltyaccount a JOIN saleor_loyalty_label l
    ON a.id %% CASE l.name WHEN 'VIP' THEN 100 ELSE 20 END = 0;
"""
TABLES = ("saleor_loyalty_loyaltyaccount", "saleor_loyalty_label", "saleor_loyalty_accountlabel")
LIST = """query($where: LoyaltyAccountWhereInput, $search: String, $sortBy: LoyaltyAccountSortingInput,
                      $after: String) {
    loyaltyAccounts(first: 20, where: $where, search: $search, sortBy: $sortBy, after: $after) {
        edges { cursor node { id status memberStatus user { email firstName lastName } lastActivityAt
            points { available earned redeemed } labels { name } } } } }"""
COUNT = """query($where: LoyaltyAccountWhereInput, $search: String) {
    loyaltyAccounts(first: 1, where: $where, search: $search) { totalCount } }"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    arguments = parser.parse_args()
    connect()
    databases = Databases("loyalty_benchmark_accounts", arguments.sizes)
    with databases.opened(make, is_kept=arguments.keep):
        asked: dict[int, Cases] = {}
        for size in arguments.sizes:
            databases.use(size)
            asked[size] = {
                title: functools.partial(ask, document, variables) for title, document, variables in requests(size)
            }
        found = measure(asked, rounds=arguments.rounds, use=databases.use)
    report(found, target_ms=target_of)
    return 0


def target_of(title: str) -> float | None:
    return None if "linear" in title else TARGET


def make(size: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(MAKE_USERS, {"size": size})
        make_accounts(cursor, size, users="playground_user")
        for column in ("email", "first_name", "last_name"):
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS benchmark_user_{column} ON playground_user"
                f" USING gin (upper({column}) gin_trgm_ops)"
            )
        cursor.execute("VACUUM ANALYZE playground_user")


def make_accounts(cursor: Any, size: int, *, users: str) -> None:
    """Make the program, and an account for each of ``PEOPLE`` in the host's table of users and for guests."""
    from saleor_loyalty.models import LoyaltyProgram

    program = LoyaltyProgram.objects.create(name="Club", slug="club", status="ACTIVE", created_at=AT, updated_at=AT)
    for statement in MAKE_ACCOUNTS.replace("{users}", users).split(";\n\n"):
        cursor.execute(statement, {"size": size, "program": program.pk, "at": AT})
    for table in TABLES:
        cursor.execute(f"VACUUM ANALYZE {table}")


def requests(size: int) -> list[tuple[str, str, dict[str, Any]]]:
    from graphene import Node

    from saleor_loyalty.models import Label, LoyaltyAccount

    vip = Node.to_global_id("LoyaltyLabel", Label.objects.get(name="VIP").pk)
    new = Node.to_global_id("LoyaltyLabel", Label.objects.get(name="New").pk)
    account = Node.to_global_id("LoyaltyAccount", LoyaltyAccount.objects.all()[size // 2].pk)
    customer = LoyaltyAccount.objects.filter(user__isnull=False)[size // 3]
    guest = LoyaltyAccount.objects.filter(user__isnull=True)[size // 10]
    sorts = ("BALANCE", "EARNED", "LAST_ACTIVITY", "CREATED", "CUSTOMER")
    by_balance = {"field": "BALANCE", "direction": "DESC"}
    lists: list[tuple[str, dict[str, Any]]] = [
        ("first page", {}),
        ("page in the middle", {"after": middle_of(None, size)}),
        *((f"sorted by {name}", {"sortBy": {"field": name, "direction": "DESC"}}) for name in sorts),
        *((f"sorted by {name}, ascending", {"sortBy": {"field": name, "direction": "ASC"}}) for name in sorts),
        (
            "sorted by BALANCE, in the middle",
            {"sortBy": by_balance, "after": middle_of("BALANCE", size, balance=5003)},
        ),
        ("search: one e-mail", {"search": customer.user.email}),
        ("search: one guest's e-mail", {"search": guest.email}),
        ("search: a family name", {"search": "Family1234"}),
        ("search: name and family name", {"search": "נועה Family6"}),
        ("search: one in twelve", {"search": "محمد"}),
        ("search: nearly everybody", {"search": "mail"}),
        ("search: nobody", {"search": "zzzz"}),
        ("search: an account's id", {"search": account}),
        ("search: a user's key", {"search": str(customer.user_id)}),
        (
            "search one in twelve, sorted by BALANCE",
            {"search": "Anna", "sortBy": by_balance},
        ),
        ("label is VIP", {"where": {"labels": {"eq": vip}}}),
        ("label is New, not VIP", {"where": {"labels": {"eq": new, "notOneOf": [vip]}}}),
        ("label is not New", {"where": {"labels": {"notOneOf": [new]}}}),
        (
            "VIP, searched, sorted by EARNED",
            {
                "where": {"labels": {"eq": vip}},
                "search": "Anna",
                "sortBy": {"field": "EARNED", "direction": "DESC"},
            },
        ),
        ("frozen", {"where": {"status": "FROZEN"}}),
        ("members", {"where": {"memberStatus": "MEMBER"}}),
        ("pending", {"where": {"memberStatus": "PENDING"}}),
        ("balance from 10,000", {"where": {"balance": {"range": {"gte": 10_000}}}}),
        (
            "active in the last day",
            {"where": {"lastActivityAt": {"gte": (AT - datetime.timedelta(days=1)).isoformat()}}},
        ),
        ("a contradiction", {"where": {"AND": [{"balance": {"eq": 1}}, {"balance": {"eq": 2}}]}}),
    ]
    counts: list[tuple[str, dict[str, Any]]] = [
        ("count: all", {}),
        ("count: active", {"where": {"status": "ACTIVE"}}),
        ("count: label is VIP (linear)", {"where": {"labels": {"eq": vip}}}),
        ("count: search one in twelve (linear)", {"search": "Anna"}),
        ("count: balance to 5,000 (linear)", {"where": {"balance": {"range": {"lte": 5000}}}}),
    ]
    return [(title, LIST, variables) for title, variables in lists] + [
        (title, COUNT, variables) for title, variables in counts
    ]


def account_at(position: int) -> Any:
    from saleor_loyalty.models import LoyaltyAccount

    return LoyaltyAccount.objects.order_by("-pk")[position]


def middle_of(field: str | None, size: int, **values: Any) -> str:
    """Return a cursor in the middle of the list, the newest or the highest first: of an account there, as if it had
    these values."""
    from saleor_loyalty.graphql.connection import cursor_of
    from saleor_loyalty.graphql.sorters import account_sort

    account = account_at(size // 2)
    for column, value in values.items():
        setattr(account, column, value)
    return cursor_of(account_sort(field and {"field": field, "direction": "-"}), account)


def ask(document: str, variables: dict[str, Any]) -> None:
    import json

    from django.test import RequestFactory

    from playground.graphql.view import run_document
    from playground.models import User

    body = json.dumps({"query": document, "variables": variables})
    request = RequestFactory().post("/graphql/", body, content_type="application/json")
    request.user = User(pk=0, is_staff=True, permissions=["MANAGE_LOYALTY", "MANAGE_USERS"])  # type: ignore[assignment]
    request.app = None  # type: ignore[attr-defined]
    answer = run_document(document, variables, None, request)
    if "errors" in answer:
        raise RuntimeError(answer["errors"])


if __name__ == "__main__":
    sys.exit(main())
