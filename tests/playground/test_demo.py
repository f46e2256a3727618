"""The demo as it is started from a shell, and the page that it serves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from graphql import parse, validate

from playground.database import django_database
from playground.demo.scratch_database import SUFFIX
from playground.graphql.schema import schema
from playground.graphql.view import EXPLORER
from playground.models import User

PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture
def demo_url(django_db_setup, django_db_blocker):
    """The URL of the test database: the demo keeps to a database of its own beside it."""
    from django.db import connections

    with django_db_blocker.unblock():
        settings = connections["default"].settings_dict
    host = settings["HOST"].replace("/", "%2F")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{password}@{host}{port}/{settings['NAME']}"


def _start(url: str, *arguments: str) -> subprocess.Popen:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.Popen(
        [sys.executable, "-m", "playground", "demo", *arguments],
        cwd=PROJECT,
        env=environment | {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _demo_databases(url: str) -> list[str]:
    found = django_database(url)
    arguments = {"host": found["HOST"], "port": found["PORT"] or None, "password": found["PASSWORD"] or None}
    with psycopg.connect(user=found["USER"] or None, dbname=found["NAME"], **arguments) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", [found["NAME"] + SUFFIX])
        return [name.removeprefix(found["NAME"]) for (name,) in rows]


def test_the_story_is_told_with_its_numbers_twice_in_a_row(demo_url):
    for _ in range(2):
        output, errors = _start(demo_url, "--story").communicate(timeout=120)
        assert errors == ""
        told = [line.strip() for line in output.splitlines()]
        for line in (
            (
                "EN: Buy this product and earn 400 points. · Pay with your points: 100 points = €10.00 off. "
                "Use at least 100 points. Use at most 1,000 points in one purchase. "
                "At most 20% of the amount can be paid with points."
            ),
            "She has 1186 points. You will earn 400 points with this order.",
            "800 points take 80.00 off: 320.00 instead of 400.00.",
            "386 + 320 = 706 points.",
            "706 - 200 = 506; the order is cancelled and they are back: 706.",
            "REDEEM     -800     386",
            "The numbers of all accounts add up, and the chain of every account is whole.",
        ):
            assert line in told
        assert _demo_databases(demo_url) == []


def test_the_shop_stays_open_until_it_is_stopped_and_leaves_nothing_behind(demo_url):
    demo = _start(demo_url, "--port", "0")
    try:
        address = next(
            match[1]
            for line in demo.stdout
            if (match := re.search(r"open at (http://127\.0\.0\.1:\d+/graphql/)", line))
        )
        with urllib.request.urlopen(address) as response:
            page = response.read().decode()
        assert '"email": "giulia@example.com"' in page
        # when: a second demo beside the same database
        _, errors = (second := _start(demo_url, "--story")).communicate(timeout=60)
        # then
        assert (second.returncode, errors) == (
            1,
            "\nThe demo ended early: Another demo is running beside this database.\n",
        )
        assert _demo_databases(demo_url) == [SUFFIX]
    finally:
        demo.send_signal(signal.SIGTERM)
        _, errors = demo.communicate(timeout=60)
    assert (demo.returncode, errors) == (0, "")
    assert _demo_databases(demo_url) == []


def test_a_busy_port_is_replaced_by_a_free_one():
    from playground.demo.server import serving

    with serving("127.0.0.1", 0) as first:
        port = int(re.search(r":(\d+)/", first)[1])
        with serving("127.0.0.1", port) as second:
            assert second != first


@pytest.mark.django_db
def test_a_name_cannot_break_out_of_the_page():
    User.objects.create_user("eve@example.com", first_name="</script><script>alert(1)//")
    page = Client().get("/").content.decode()
    assert "</script><script>alert(1)" not in page
    assert "\\u003c/script>\\u003cscript>alert(1)//" in page


def test_the_page_loads_nothing_from_elsewhere():
    page = EXPLORER.read_text()
    assert re.findall(r"""(?:src|href)=["'](?!#|data:,)""", page) == []
    assert re.findall(r"https?://|@import|url\(", page) == []


def test_each_ready_query_is_valid():
    page = EXPLORER.read_text()
    cart = re.search(r"const cart = `(.*?)`;", page, re.DOTALL)[1]
    documents = re.findall(r"document: `(.*?)`", page, re.DOTALL)
    assert len(documents) == len(re.findall(r"\{ name: ", page)) == 12
    for document in documents:
        text = document.replace("${cart}", cart)
        assert (validate(schema(), parse(text)), text) == ([], text)
