"""The bytes of a CSV file."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.exports.csv_text import FORMULA_BEGINS, csv_bytes


def written(*cells, is_beginning=False) -> str:
    return csv_bytes([cells], time_zone="UTC", is_beginning=is_beginning).decode()


def test_a_file_begins_with_the_mark_of_utf_8_and_its_lines_end_with_both_characters():
    assert csv_bytes([["a", "b"], [1, None]], time_zone="UTC", is_beginning=True) == b"\xef\xbb\xbfa,b\r\n1,\r\n"
    assert csv_bytes([["a", "b"]], time_zone="UTC", is_beginning=False) == b"a,b\r\n"


def test_quotes_commas_and_line_breaks_are_quoted():
    assert written('say "hi"', "a,b", "two\r\nlines", "plain") == '"say ""hi""","a,b","two\r\nlines",plain\r\n'


@pytest.mark.parametrize("text", ["=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"])
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text):
    assert next(csv.reader(io.StringIO(written(text), newline=""))) == [f"'{text}"]


def test_a_number_stays_a_number():
    assert written(-5, 0, 7) == "-5,0,7\r\n"


def test_a_formula_behind_a_quote_or_a_comma_stays_within_its_cell():
    assert next(csv.reader(io.StringIO(written('x",=1+2', "a,=1")))) == ['x",=1+2', "a,=1"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a;=1", "a;'=1"),
        ("a; =1", "a;' =1"),
        ('a;"=1', "a;'\"=1"),
        ("a;\t@x", "a;\t'@x"),
        ("two\n=1", "two\n'=1"),
        ("two\r\n-1", "two\r\n'-1"),
        ("a;＝1", "a;'＝1"),
        ("a;b=1", "a;b=1"),
        ("a=1;b", "a=1;b"),
    ],
)
def test_a_formula_behind_what_separates_cells_elsewhere_gets_an_apostrophe(text, kept):
    assert next(csv.reader(io.StringIO(written(text), newline=""))) == [kept]


def test_a_moment_is_written_in_the_time_zone_with_its_offset_of_that_day():
    winter = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    summer = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
    text = csv_bytes([[winter, summer]], time_zone="Asia/Jerusalem", is_beginning=False).decode()
    assert text == "2026-01-01T14:00:00+02:00,2026-07-01T15:00:00+03:00\r\n"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=5))
def test_any_texts_come_back_and_none_is_a_formula(texts):
    back = next(csv.reader(io.StringIO(written(*texts), newline="")))
    assert [cell.replace("'", "") for cell in back] == [text.replace("'", "") for text in texts]
    assert not any(cell.startswith(FORMULA_BEGINS) for cell in back)


@given(st.lists(st.text("aא '\";,\t\r\n=+-@＝1", max_size=9), min_size=2, max_size=4))
def test_none_is_a_formula_either_where_cells_are_separated_otherwise(texts):
    for separator in (";", "\t"):
        for row in csv.reader(io.StringIO(written("first", *texts), newline=""), delimiter=separator):
            assert not any(cell.lstrip(' "\t\r\n').startswith(("=", "+", "-", "@", "＝")) for cell in row)
