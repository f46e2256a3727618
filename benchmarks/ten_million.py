"""Makes a large ledger by SQL: ``generate(size=…)`` in an empty, migrated database.

What holds, as after so many postings: sequence numbers without a gap, balances after each transaction, lots and lot
uses (each debit takes a whole lot of its account), the accounts' sums, an order record with basket and receipt for
each award and one for each redemption, a text row for each transaction. What does not: the hashes are made up, linked
from row to row but not computed from the rows' content, so the audit of the chain would report them; and request
hashes are empty of meaning.
``ledger.audit_accounts`` of all else is clean, which ``check`` shows on a sample.

The ledger: two years, ids in the order of time. Accounts have twenty transactions on average, unevenly: the busiest
have thousands. Of ten transactions of an account seven are awards of orders, one is a gift, one a redemption, one a
reversal or an expiry. Orders have two lines, of 500 products in 20 categories, by five rules in two channels. The
shape does not depend on the size: ten times the transactions are ten times the accounts.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection

START = datetime.datetime(2024, 11, 1, tzinfo=datetime.UTC)
DAYS = 729
NOW = START + datetime.timedelta(days=DAYS + 1)
PER_ACCOUNT = 20
PRODUCTS, CATEGORIES, RULES = 500, 20, 5
CHANNELS = ("shop", "eu")

_LOADING = """
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '512MB';
SET maintenance_work_mem = '1GB';
"""
_LOADED = "SET session_replication_role = DEFAULT; RESET work_mem; RESET maintenance_work_mem;"


def _random(seed: str) -> str:
    """Return SQL for a whole number below 2^31 that looks random and is the same each time."""
    return f"(hashint8(({seed})::bigint)::bigint & 2147483647)"


# The points of a credit. A debit takes the whole credit of some places before it.
_CREDIT = f"(10 + {_random('account_id * 100003 + {sequence}')} % 490)::int"
_PLACE = "((sequence - 1) % 10 + 1)"


def _credit(sequence: str) -> str:
    return _CREDIT.replace("{sequence}", sequence)


_GENERATE = f"""
CREATE UNLOGGED TABLE generated AS
WITH holders AS (
    SELECT account_id,
           ceil(11 * power((1 + {_random("account_id")} % 1000000)::numeric / 1000001, -0.45))::int AS number
    FROM generate_series(1::bigint, %(accounts)s) account_id
), rows AS (
    SELECT account_id, sequence::int, number, {_PLACE} AS place,
           %(start)s::timestamptz + interval '1 second' * floor(%(seconds)s
               * (sequence - ({_random("account_id * 7 + sequence")} % 1000) / 1000.0) / number) AS at
    FROM holders CROSS JOIN LATERAL generate_series(1, number) sequence
), valued AS (
    SELECT *, CASE WHEN place = 8 THEN -{_credit("(sequence - 6)")}
                   WHEN place = 10 AND account_id % 2 = 0 THEN -{_credit("(sequence - 1)")}
                   WHEN place = 10 THEN -{_credit("(sequence - 7)")}
                   ELSE {_credit("sequence")} END AS points
    FROM rows
), numbered AS (
    SELECT *, row_number() OVER (ORDER BY at, account_id, sequence) AS id FROM valued
)
SELECT *, sum(points) OVER by_account AS balance_after,
       CASE WHEN place = 8 THEN lag(id, 6) OVER by_account
            WHEN place = 10 AND account_id % 2 = 0 THEN lag(id, 1) OVER by_account
            WHEN place = 10 THEN lag(id, 7) OVER by_account END AS taken_id,
       CASE place WHEN 7 THEN 'GIVE' WHEN 8 THEN 'REDEEM'
                  WHEN 10 THEN CASE account_id % 2 WHEN 0 THEN 'REVERSE' ELSE 'EXPIRE' END ELSE 'EARN' END AS type,
       {_random("account_id * 31 + sequence")} AS dice
FROM numbered WINDOW by_account AS (PARTITION BY account_id ORDER BY sequence)
"""
_RECEIPT = f"""
jsonb_build_object(
    'kind', 'EARN', 'points', abs(points), 'currency', 'ILS', 'program_version', 1,
    'posted', points, 'standing', greatest(points, 0),
    'lines', jsonb_build_array(
        jsonb_build_object('code', 'RULE_APPLIED', 'order_line_id', 'a', 'rule_key', 'rule-' || receipt_dice % {RULES},
                           'base', '10.00', 'points', abs(points) - abs(points) / 3, 'detail', '1/1'),
        jsonb_build_object('code', 'RULE_APPLIED', 'order_line_id', 'b', 'rule_key', 'rule-' || receipt_dice % 3,
                           'base', '5.00', 'points', abs(points) / 3, 'detail', '1/1')))
"""
_TRANSACTIONS = f"""
INSERT INTO saleor_loyalty_loyaltytransaction (
    id, program_id, account_id, sequence, type, source, points, balance_after, occurred_at, created_at, actor_kind,
    order_id, checkout_id, channel_slug, program_version_id, reverses_id, receipt, is_shortfall, external_reference,
    idempotency_key, request_hash, text_digest, previous_hash, hash
)
SELECT id, %(program)s, account_id, sequence, type,
       CASE type WHEN 'GIVE' THEN (ARRAY['MANUAL', 'VIP', 'THANK_YOU', 'OFFLINE'])[1 + dice % 4] ELSE 'ORDER' END,
       points, balance_after, at, at, 'SYSTEM',
       CASE type WHEN 'EARN' THEN 'order-' || id WHEN 'REVERSE' THEN 'order-' || taken_id
                 WHEN 'REDEEM' THEN 'spent-' || id ELSE '' END,
       '', CASE WHEN type IN ('GIVE', 'EXPIRE') THEN '' ELSE (ARRAY['{CHANNELS[0]}', '{CHANNELS[1]}'])[
           1 + (account_id % 4 = 0)::int] END,
       CASE WHEN type IN ('EARN', 'REVERSE') THEN %(version)s::bigint END,
       CASE type WHEN 'REVERSE' THEN taken_id END,
       CASE WHEN type IN ('EARN', 'REVERSE') THEN {_RECEIPT} END,
       FALSE, '', 'made:' || id, '', encode(sha256('["salt","",""]'::bytea), 'hex'),
       CASE sequence WHEN 1 THEN '' ELSE encode(sha256((account_id || '/' || sequence - 1)::bytea), 'hex') END,
       encode(sha256((account_id || '/' || sequence)::bytea), 'hex')
FROM (
    -- A reversal has the receipt of its award.
    SELECT *, CASE type WHEN 'REVERSE' THEN {_random("account_id * 31 + sequence - 1")} ELSE dice END AS receipt_dice
    FROM generated
) made ORDER BY id
"""
_TEXTS = """
INSERT INTO saleor_loyalty_transactiontext (transaction_id, reason, internal_note, salt)
SELECT id, '', '', 'salt' FROM generated
"""
_LOTS = """
INSERT INTO saleor_loyalty_lot (id, account_id, transaction_id, issued, remaining, available_at, is_matured)
SELECT id, account_id, id, points,
       CASE WHEN place = 2 AND sequence + 6 <= number OR place = 9 AND account_id % 2 = 0 AND sequence + 1 <= number
                 OR place = 3 AND account_id % 2 = 1 AND sequence + 7 <= number THEN 0 ELSE points END,
       at, TRUE
FROM generated WHERE points > 0
"""
_USES = """
INSERT INTO saleor_loyalty_lotuse (id, lot_id, transaction_id, points, created_at)
SELECT id, taken_id, id, -points, at FROM generated WHERE points < 0
"""
_ORDERS = f"""
INSERT INTO saleor_loyalty_orderrecord (
    program_id, program_version_id, account_id, order_id, order_number, channel_slug, currency, state, basket, receipt,
    {{columns}} earnable, awarded, reversed, created_at, updated_at
)
SELECT %(program)s, %(version)s, account_id, 'order-' || id, id::text,
       (ARRAY['{CHANNELS[0]}', '{CHANNELS[1]}'])[1 + (account_id % 4 = 0)::int], 'ILS', 'AWARDED',
       jsonb_build_object('currency', 'ILS', 'lines', jsonb_build_array(
           jsonb_build_object('id', 'a', 'product_id', (dice % {PRODUCTS})::text, 'product_slug',
                              'product-' || dice % {PRODUCTS},
                              'category_slugs', jsonb_build_array('all', 'category-' || dice % {CATEGORIES})),
           jsonb_build_object('id', 'b', 'product_id', (dice / 7 % {PRODUCTS})::text, 'product_slug',
                              'product-' || dice / 7 % {PRODUCTS},
                              'category_slugs', jsonb_build_array('all', 'category-' || dice / 7 % {CATEGORIES})))),
       {_RECEIPT.replace("receipt_dice", "dice")}, {{values}} points, points,
       CASE WHEN place = 9 AND account_id % 2 = 0 AND sequence + 1 <= number THEN points ELSE 0 END, at, at
FROM generated WHERE type = 'EARN' ORDER BY id
"""
_SPENT = f"""
INSERT INTO saleor_loyalty_orderrecord (
    program_id, program_version_id, account_id, order_id, order_number, channel_slug, currency, state, {{columns}}
    redeemed, created_at, updated_at
)
SELECT %(program)s, %(version)s, account_id, 'spent-' || id, id::text,
       (ARRAY['{CHANNELS[0]}', '{CHANNELS[1]}'])[1 + (account_id % 4 = 0)::int], 'ILS', 'WAITING', {{values}}
       -points, at, at
FROM generated WHERE type = 'REDEEM' ORDER BY id
"""
_ACCOUNTS = """
INSERT INTO saleor_loyalty_loyaltyaccount (
    id, program_id, email, status, balance, given, redeemed, expired, reversed, deducted, {columns} sequence,
    last_hash, revision, last_transaction_at, created_at
)
SELECT account_id, %(program)s, 'customer-' || account_id || '@example.com', 'ACTIVE', sum(points),
       coalesce(sum(points) FILTER (WHERE points > 0), 0), coalesce(-sum(points) FILTER (WHERE type = 'REDEEM'), 0),
       coalesce(-sum(points) FILTER (WHERE type = 'EXPIRE'), 0),
       coalesce(-sum(points) FILTER (WHERE type = 'REVERSE'), 0), 0, {values} max(sequence),
       encode(sha256((account_id || '/' || max(sequence))::bytea), 'hex'), max(sequence), max(at), %(start)s
FROM generated GROUP BY account_id
"""
_MADE_UP = "HASH_MISMATCH"
_TABLES = ("loyaltytransaction", "lot", "lotuse", "loyaltyaccount")


def generate(*, size: int, program: Any) -> int:
    """Fill the ledger of the published program with about ``size`` transactions; return how many there are."""
    values = {
        "accounts": size // PER_ACCOUNT,
        "start": START,
        "seconds": DAYS * 24 * 60 * 60,
        "program": program.pk,
        "version": program.published_version_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOADING)
        cursor.execute(_GENERATE.replace(" % ", " %% "), values)
        for statement, table in (
            (_TRANSACTIONS, ""),
            (_TEXTS, ""),
            (_LOTS, ""),
            (_USES, ""),
            (_ORDERS, "orderrecord"),
            (_SPENT, "orderrecord"),
            (_ACCOUNTS, "loyaltyaccount"),
        ):
            _load(cursor, statement, table, values)
        cursor.execute("DROP TABLE generated")
        for table in _TABLES:
            name = f"saleor_loyalty_{table}"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
        cursor.execute(_LOADED)
        cursor.execute("SELECT count(*) FROM saleor_loyalty_loyaltytransaction")
        (count,) = cursor.fetchone()
        cursor.execute("VACUUM (ANALYZE)")
    return int(count)


def _load(cursor: Any, statement: str, table: str, values: dict[str, Any]) -> None:
    """Run an INSERT; columns that it does not name and that must not be NULL get zero, nothing or no."""
    columns, defaults = "", ""
    if table:
        name = f"saleor_loyalty_{table}"
        cursor.execute(
            """SELECT column_name, data_type FROM information_schema.columns
            WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'""",
            [name],
        )
        zero = {"boolean": "FALSE", "character varying": "''", "text": "''", "jsonb": "'{}'::jsonb"}
        named = statement.partition("SELECT")[0]
        missing = [(column, kind) for column, kind in cursor.fetchall() if f" {column}" not in named.replace("(", " ")]
        columns = "".join(f"{column}, " for column, _ in missing)
        defaults = "".join(f"{zero.get(kind, '0')}, " for _, kind in missing)
    sql = statement.replace("{columns}", columns).replace("{values}", defaults)
    cursor.execute(sql.replace(" % ", " %% "), values)


def check(*, accounts: int = 40) -> list[str]:
    """Return what the audit finds wrong on a sample of accounts, but for the hashes, which are made up."""
    from saleor_loyalty.ledger import audit_accounts

    # One by one: an audit ends after so many findings, and every row's hash is one.
    found = [finding for pk in range(1, accounts + 1) for finding in audit_accounts(account_ids=[pk], at=NOW)]
    return [f"{finding.code}: {finding.message}" for finding in found if finding.code != _MADE_UP]
